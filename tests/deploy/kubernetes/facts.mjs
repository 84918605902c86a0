// What the rules know of the project, read from where it is written.
import { readFileSync } from "node:fs";

const all = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);

export function readFacts(root) {
  const read = (path) => readFileSync(`${root}/${path}`, "utf8");
  const keys = all(read("libs/config/src/keys.cpp"), /\{"([a-z_]+(?:\.[a-z_]+)?)", "/g);
  const topology = read("libs/contracts/include/contracts/topology.hpp") + read("libs/contracts/src/topology.cpp");
  const standard = (key) => {
    const value = read("config/config.yaml").match(new RegExp(`^[# ]*${key}: ([0-9.]+)`, "m"));
    if (!value) throw new Error(`config/config.yaml has no ${key}`);
    return Number(value[1]);
  };
  if (keys.length < 40) throw new Error(`only ${keys.length} keys were found in libs/config/src/keys.cpp`);
  return {
    variables: new Set([...keys, "notifier.webhooks"].map((key) => `PIZZA_${key.toUpperCase().replace(".", "_")}`)),
    queues: new Set(all(topology, /"([a-z_]+_queue)"/g)),
    page: read("docs/kubernetes.md"),
    standard: {
      PIZZA_STARTUP_TIMEOUT: standard("startup_timeout"),
      PIZZA_SHUTDOWN_TIMEOUT: standard("shutdown_timeout"),
      PIZZA_KITCHEN_COOKING_TIME: standard("cooking_time"),
    },
  };
}
