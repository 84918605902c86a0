// Holds documents against the published types of the Kubernetes and KEDA APIs, as the TypeScript compiler does for a
// literal: unknown fields, missing ones and values of another type are errors.
//   node schema.mjs FILE.yaml...      prints the errors; exit 1 if there are any
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";
import { parseAllDocuments } from "yaml";

const packages = { "keda.sh": "@kubernetes-models/keda" };

/** apps/v1, Deployment -> the module that describes it. */
function moduleOf({ apiVersion, kind }) {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  const module = `${packages[group] ?? "kubernetes-models"}/${apiVersion}/${kind}`;
  return existsSync(`node_modules/${module}.d.ts`) ? module : undefined;
}

const lines = [];
const origins = [];   // of each line of the program: the document
let failed = false;
const emit = (text, origin) => { lines.push(text); origins.push(origin); };

for (const file of process.argv.slice(2)) {
  for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
    if (document.errors.length > 0) throw document.errors[0];
    const value = document.toJS();
    const origin = `${file}: ${value.kind} ${value.metadata?.name}`;
    const module = moduleOf(value);
    if (!module) {
      console.log(`${origin}: no such kind in ${value.apiVersion}`);
      failed = true;
      continue;
    }
    const number = lines.length;
    emit(`import type { I${value.kind} as T${number} } from ${JSON.stringify(module)};`, origin);
    const text = JSON.stringify(value, null, 1).split("\n");
    text[0] = `export const d${number}: T${number} = ${text[0]}`;
    text.forEach((line) => emit(line, origin));
  }
}

writeFileSync("documents.ts", `${lines.join("\n")}\n`);
const program = ts.createProgram(["documents.ts"], {
  noEmit: true, strict: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16,
});
for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
  const at = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start).line;
  const where = at === undefined ? "" : `${origins[at]}: ${lines[at].trim()}: `;
  console.log(where + ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n  "));
  failed = true;
}
process.exit(failed ? 1 : 0);
