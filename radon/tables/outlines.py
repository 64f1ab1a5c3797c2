"""From the Census's topology to minnesota.geojson.

A TopoJSON file holds each border once, as an arc that the counties on its
two sides share. Each arc is simplified by itself, so neighbours still meet.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

STATE = "27"
TOLERANCE = 0.002  # degrees of latitude, about 220 metres
DIGITS = 3  # about 100 metres


def arcs(topology: dict[str, Any]) -> list[np.ndarray]:
    """Decode the quantised, delta-encoded arcs into degrees."""
    scale = np.array(topology["transform"]["scale"])
    translate = np.array(topology["transform"]["translate"])
    return [
        np.cumsum(np.array(arc), axis=0) * scale + translate
        for arc in topology["arcs"]
    ]


def simplified(arc: np.ndarray, tolerance: float) -> np.ndarray:
    """Thin an arc by Douglas and Peucker's rule, its two ends kept.

    Examples
    --------
    >>> arc = np.array([[0, 0], [1, 0.01], [2, 0], [3, 5]])
    >>> simplified(arc, 0.1)
    array([[0., 0.],
           [2., 0.],
           [3., 5.]])
    """
    if len(arc) <= 2:
        return arc
    far, distance = _farthest(arc)
    if distance <= tolerance:
        return arc[[0, -1]]
    left = simplified(arc[: far + 1], tolerance)
    return np.vstack([left[:-1], simplified(arc[far:], tolerance)])


def _farthest(arc: np.ndarray) -> tuple[int, float]:
    """Find the point farthest from the chord, in degrees of latitude."""
    stretch = np.array([math.cos(math.radians(arc[:, 1].mean())), 1.0])
    offset = (arc - arc[0]) * stretch
    chord = offset[-1]
    length = chord @ chord
    along = np.clip(offset @ chord / length, 0, 1) if length else 0 * arc[:, 0]
    distance = np.hypot(*(offset - along[:, None] * chord).T)
    far = int(distance.argmax())
    return far, distance[far]


def ring(indices: Iterable[int], shapes: Sequence[np.ndarray]) -> np.ndarray:
    """Join arcs into a closed ring; a negative index runs backwards."""
    parts = [shapes[i] if i >= 0 else shapes[~i][::-1] for i in indices]
    points = np.vstack([part[:-1] for part in parts])
    return np.vstack([points, points[:1]])


def area(points: np.ndarray) -> float:
    """Return a closed ring's signed area, positive if anticlockwise.

    Examples
    --------
    >>> area(np.array([[0, 0], [2, 0], [2, 1], [0, 1], [0, 0]]))
    2.0
    """
    x, y = points.T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def _polygon(
    rings: Iterable[Iterable[int]], shapes: Sequence[np.ndarray]
) -> list[list[list[float]]]:
    """Turn a polygon's rings to the right: outer one anticlockwise."""
    out = []
    for number, indices in enumerate(rings):
        points = ring(indices, shapes)
        outer = number == 0
        if (area(points) > 0) != outer:
            points = points[::-1]
        out.append(points.tolist())
    return out


def minnesota(atlas: bytes, names: Mapping[str, str]) -> bytes:
    """Return the outlines of Minnesota's counties as GeoJSON bytes."""
    topology = json.loads(atlas)
    shapes = [
        np.round(simplified(arc, TOLERANCE), DIGITS) for arc in arcs(topology)
    ]
    geometries = topology["objects"]["counties"]["geometries"]
    features = []
    for shape in sorted(geometries, key=lambda shape: shape["id"]):
        fips = shape["id"]
        if not fips.startswith(STATE):
            continue
        several = shape["type"] == "MultiPolygon"
        polygons = shape["arcs"] if several else [shape["arcs"]]
        drawn = [_polygon(rings, shapes) for rings in polygons]
        features.append(
            {
                "type": "Feature",
                "id": fips,
                "properties": {"fips": fips, "county": names[fips]},
                "geometry": {
                    "type": shape["type"],
                    "coordinates": drawn if several else drawn[0],
                },
            }
        )
    lines = ",\n".join(json.dumps(f, separators=(",", ":")) for f in features)
    head = '{"type":"FeatureCollection","features":[\n'
    return f"{head}{lines}\n]}}\n".encode()
