// Rendered documents, as the cluster would see them: which Pods there are, and what refers to what.
const workloads = ["Deployment", "StatefulSet", "Job"];

export class Cluster {
  constructor(documents) {
    this.documents = documents;
    this.pods = this.of(...workloads).map((owner) => new Pod(owner, this));
  }
  of(...kinds) { return this.documents.filter((document) => kinds.includes(document.kind)); }
  named(kind, name) { return this.of(kind).find((document) => document.metadata.name === name); }
  selected(selector) { return this.pods.filter((pod) => matches(selector, pod.labels)); }
}

export class Pod {
  constructor(owner, cluster) {
    this.owner = owner;
    this.cluster = cluster;
    this.kind = owner.kind;
    this.name = `${owner.kind} ${owner.metadata.name}`;
    this.template = owner.spec.template;
    this.labels = this.template.metadata.labels ?? {};
    this.spec = this.template.spec;
    this.containers = [...(this.spec.initContainers ?? []), ...this.spec.containers];
  }
  isOurs() { return this.containers.some(isOurs); }
  ports() { return this.spec.containers.flatMap((container) => container.ports ?? []); }
  volume(name) { return (this.spec.volumes ?? []).find((volume) => volume.name === name); }

  /** What a container finds in its environment; `undefined` for a value that comes from a Secret. */
  environment(container) {
    const found = {};
    for (const { configMapRef } of container.envFrom ?? []) {
      Object.assign(found, this.cluster.named("ConfigMap", configMapRef?.name)?.data);
    }
    for (const { name, value } of container.env ?? []) found[name] = value;
    return found;
  }

  /** Whether a volume puts a file there; of one whose items are not listed everything may come. */
  hasFile(container, path) {
    return (container.volumeMounts ?? []).some(({ name, mountPath }) => {
      const volume = this.volume(name);
      const items = volume?.secret?.items ?? volume?.configMap?.items;
      return items ? items.some((item) => `${mountPath}/${item.path}` === path) : volume && path.startsWith(`${mountPath}/`);
    });
  }
}

export const isOurs = (container) => /(^|\/)wheres-my-pizza\//.test(container.image);

/** A label selector as the cluster evaluates it. */
export function matches({ matchLabels = {}, matchExpressions = [] }, labels) {
  const holds = ({ key, operator, values }) => {
    if (operator === "In") return values.includes(labels[key]);
    throw new Error(`operator ${operator} is not known here`);
  };
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every(holds);
}

/** Whether a rule of a policy names this port; a rule without ports names all. */
export const opens = (rule, port) =>
  !rule.ports || rule.ports.some((one) => one.port <= port && port <= (one.endPort ?? one.port) && one.protocol !== "UDP");
