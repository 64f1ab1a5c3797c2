"""What a reader's first look at a page costs, and whom it asks."""

import gzip

LIMIT = 400_000  # bytes, compressed as servers do
PACKED = {".webp", ".png", ".woff2", ".zip"}


def transferred(site, path):
    """Return the bytes that a server sends for a file."""
    content = (site / path).read_bytes()
    packed = any(path.endswith(ending) for ending in PACKED)
    return len(content if packed else gzip.compress(content))


def asked(tab, address, page):
    """Return the files that a page asks for when it is opened."""
    urls = set()
    tab.on("request", lambda request: urls.add(request.url))
    tab.goto(address + page, wait_until="networkidle")
    local = {url for url in urls if not url.startswith(("data:", "blob:"))}
    assert all(url.startswith(address) for url in local), local
    return {url.removeprefix(address).split("?")[0] for url in local}


def test_a_first_look_is_light(page, site, browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    files = asked(context.new_page(), address, page)
    context.close()
    sizes = {path: transferred(site, path) for path in files}
    assert page in sizes
    assert sum(sizes.values()) <= LIMIT, sorted(sizes.items())
