// Lint workflows: node workflows.mjs PACKAGE FILE...
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(`${folder}/node.mjs`));
const lint = await createLinter();
const faults = files.flatMap((file) =>
  lint(readFileSync(file, "utf8"), file).map(
    ({ line, column, message }) => `${file}:${line}:${column}: ${message}`,
  ),
);
if (faults.length) console.log(faults.join("\n"));
process.exit(faults.length ? 1 : 0);
