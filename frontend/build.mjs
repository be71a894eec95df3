// Builds the static files of the site from this folder and govuk-frontend into src/candour/site/static/candour/.
//
// The folder is emptied first and ignores itself in git. The build fails when anything that only GOV.UK may use, or an
// address on another server, has found its way into the output.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const output = join(here, "..", "src", "candour", "site", "static", "candour");
const modules = join(here, "node_modules");

const FORBIDDEN = [
  [/GDS Transport/i, "the GOV.UK font"],
  [/@font-face/i, "a font file"],
  [/crest/i, "the Royal Arms"],
  [/govuk-(icon|opengraph)|favicon/i, "a GOV.UK icon"],
  [/url\(\s*["']?(?!data:)/i, "a file or server that the style sheet would load"],
  [/sourceMappingURL/, "a link to a source map, which is not copied"],
];

function styles() {
  const { css } = sass.compile(join(here, "candour.scss"), {
    loadPaths: [modules],
    style: "compressed",
    quietDeps: true,
  });
  return `${css}\n`;
}

// One file and not two, so that its name can carry a checksum of all that it runs.
async function components() {
  const source = await readFile(join(modules, "govuk-frontend", "dist", "govuk", "govuk-frontend.min.js"), "utf8");
  return `${source.replace(/\/\/# sourceMappingURL=.*$/m, "").trimEnd()}\ninitAll();\n`;
}

async function build() {
  const files = {
    "candour.css": styles(),
    "candour.js": await components(),
    "start.js": await readFile(join(here, "start.js"), "utf8"),
    "quick-exit.js": await readFile(join(here, "quick-exit.js"), "utf8"),
    "static-search.js": await readFile(join(here, "static-search.js"), "utf8"),
  };
  for (const [name, text] of Object.entries(files)) {
    for (const [pattern, what] of FORBIDDEN) {
      if (pattern.test(text)) {
        throw new Error(`${name} holds ${what} (${text.match(pattern)[0]})`);
      }
    }
  }
  await mkdir(output, { recursive: true });
  for (const name of await readdir(output)) {
    await rm(join(output, name), { recursive: true });
  }
  await writeFile(join(output, ".gitignore"), "*\n");
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(output, name), text);
  }
  return Object.keys(files);
}

try {
  console.log(`front-end: built ${(await build()).join(", ")}`);
} catch (error) {
  console.error(`front-end: the build failed: ${error.message}`);
  process.exitCode = 1;
}
