// Holds rendered documents against the rules, and the rules against documents with one mistake each.
//   node check.mjs ROOT FILE.yaml...     prints the complaints; exit 1 if there are any, or a mistake went unseen
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { Cluster } from "./cluster.mjs";
import { readFacts } from "./facts.mjs";
import { mistakes } from "./mistakes.mjs";
import { rules } from "./rules.mjs";

const [root, ...files] = process.argv.slice(2);
const facts = readFacts(root);
const load = (file) => parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS());

function complaints(documents, chosen = rules) {
  const found = [];
  for (const rule of chosen) rule(new Cluster(documents), facts, (who, what) => found.push(`${who}: ${what}`));
  return found;
}

let bad = 0;
for (const file of files) {
  for (const complaint of complaints(load(file))) {
    console.log(`${file}: ${complaint}`);
    bad += 1;
  }
}
const unseen = new Set(rules);
for (const [expected, make] of bad === 0 ? mistakes : []) {
  const documents = load(files[0]);
  make(new Cluster(documents));
  const seen = rules.filter((rule) => complaints(documents, [rule]).some((complaint) => complaint.includes(expected)));
  seen.forEach((rule) => unseen.delete(rule));
  if (seen.length > 0) continue;
  console.log(`a mistake was not found; expected to read: ${expected}`);
  bad += 1;
}
for (const rule of bad === 0 ? unseen : []) {
  console.log(`no mistake was made for the rule ${rule.name}`);
  bad += 1;
}
if (bad > 0) process.exit(1);
console.log(`${files.length} overlays keep ${rules.length} rules; ${mistakes.length} mistakes were found`);
