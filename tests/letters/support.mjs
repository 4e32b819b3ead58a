// Asks caniemail's data about one letter: JSON in on standard input, JSON out.
import { readFileSync } from "node:fs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const { caniemail } = await import(asked.library);
const { issues } = caniemail({ clients: asked.clients, html: asked.html });
const told = [];
for (const kind of ["errors", "warnings"]) {
  for (const [client, found] of issues[kind]) {
    for (const one of found) told.push({ kind, client, title: one.title });
  }
}
process.stdout.write(JSON.stringify(told));
