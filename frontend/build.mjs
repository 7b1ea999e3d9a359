// Builds kaimen/web/static/web/dist/ (or the folder named by --out). Two builds are byte-identical; `run check` compares.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const asked = process.argv.indexOf("--out");
const out = asked > 0 ? process.argv[asked + 1] : join(here, "../kaimen/web/static/web/dist");
const read = (...path) => readFileSync(join(here, ...path), "utf8");
const vendor = join(here, "node_modules/@digdir/designsystemet-css/dist");
mkdirSync(out, { recursive: true });

// ------------------------------------------------------------------ tokens
const tokens = JSON.parse(read("src/tokens.json"));
const lines = (prefix, roles) => Object.entries(roles).map(([role, value]) => `${prefix}${role}: ${value};`).join(" ");
const scheme = (name) =>
  `color-scheme: ${name}; ${lines("--km-", tokens[name])} ` +
  Object.entries(tokens.vendor[name]).map(([set, shades]) => lines(`--ds-color-${set}-`, shades)).join(" ") +
  ` ${lines("--ds-color-success-", tokens.vendor[name].accent)}`;

/** Every colour of the product, once for each scheme; elder mode darkens (in the dark: lightens) the roles of text. */
function colours() {
  const dark = scheme("dark"), elder = lines("--km-", tokens.elder.light), night = lines("--km-", tokens.elder.dark);
  return `@layer km.tokens {
    :root, [data-color-scheme="light"] { ${scheme("light")} }
    [data-color-scheme="dark"] { ${dark} }
    @media (prefers-color-scheme: dark) { [data-color-scheme="auto"] { ${dark} } }
    [data-view="elder"] { ${elder} }
    [data-view="elder"][data-color-scheme="dark"] { ${night} }
    @media (prefers-color-scheme: dark) { [data-view="elder"][data-color-scheme="auto"] { ${night} } }
  }`;
}

/** The vendor's theme without its colours (ours fill the same names) and without its second typeface. */
function theme() {
  const text = readFileSync(join(vendor, "theme/designsystemet.css"), "utf8");
  let kept = "", at = 0;
  while (at < text.length) {
    let end = text.indexOf("{", at), depth = 0;
    if (end < 0) break;
    const head = text.slice(at, end);
    do { depth += text[end] === "{" ? 1 : text[end] === "}" ? -1 : 0; } while (depth && ++end);
    if (!/color-scheme|typography\.secondary/.test(head)) kept += text.slice(at, end + 1);
    at = end + 1;
  }
  return kept;
}

// ------------------------------------------------------------------- icons
/** The icons of Lucide that pages may use, and nothing else of that package: a sprite from which the templates draw. */
function icons() {
  const symbols = read("src/icons.txt").trim().split("\n").map((name) => {
    const drawing = read(`node_modules/lucide-static/icons/${name}.svg`)
      .replace(/<!--[^]*?-->/g, "").replace(/<svg[^>]*>/, "").replace("</svg>", "").replace(/\s+/g, " ").replace(/> </g, "><").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- icons: Lucide ${version("lucide-static")}, ISC -->\n${symbols.join("\n")}\n</svg>\n`;
}

// --------------------------------------------------------------- licences
const meta = (name) => JSON.parse(read("node_modules", name, "package.json"));
const version = (name) => meta(name).version;

/** What of others is in dist/, from the packages' own metadata and licence files. */
function notices() {
  const shipped = ["@digdir/designsystemet-css", "echarts", "zrender", "tslib", "htmx.org", "lucide-static"];
  return shipped.map((name) => {
    const { license, homepage } = meta(name);
    const files = readdirSync(join(here, "node_modules", name), { recursive: true })
      .filter((file) => /^(licenses[/\\])?(licen[cs]e|notice)[^/\\]*$/i.test(file) && file !== "licenses").sort();
    const texts = files.map((file) => read("node_modules", name, file).replace(/\r\n/g, "\n").trim());
    return `${name} ${version(name)}\nLicence: ${license}\n${homepage ? `Home: ${homepage}\n` : ""}\n${texts.join("\n\n")}\n`;
  }).join(`\n${"-".repeat(78)}\n\n`);
}

// ------------------------------------------------------------------- build
const made = { "made:tokens": colours, "made:theme": theme };
const plugin = {
  name: "made",
  setup(builder) {
    builder.onResolve({ filter: /^made:/ }, ({ path }) => ({ path, namespace: "made" }));
    builder.onLoad({ filter: /.*/, namespace: "made" }, ({ path }) => ({ contents: made[path](), loader: "css", resolveDir: here }));
  },
};
const entries = ["app.css", "app.js", "charts.js", "proof.js"].filter((name) => existsSync(join(here, "src", name)));
await build({
  absWorkingDir: here,
  entryPoints: entries.map((name) => join("src", name)),
  outdir: out, bundle: true, minify: true, format: "iife", target: ["es2020", "chrome100", "firefox100", "safari15"],
  legalComments: "none", charset: "utf8", logLevel: "warning", plugins: [plugin],
});
writeFileSync(join(out, "icons.svg"), icons());
writeFileSync(join(out, "THIRD_PARTY.txt"), notices());
