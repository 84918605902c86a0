// What must hold beyond the schemas. Each rule gets the cluster, the facts, and a function that takes complaints.
import { isOurs, matches, opens } from "./cluster.mjs";

const equal = (wanted, found) => JSON.stringify(wanted) === JSON.stringify(found);

function pods_are_harmless({ pods }, _, complain) {
  for (const { name, spec, containers } of pods) {
    const { runAsNonRoot, runAsUser, seccompProfile } = spec.securityContext ?? {};
    if (runAsNonRoot !== true || !(runAsUser > 0)) complain(name, "may run as root");
    if (containers.some(isOurs) && runAsUser !== 65532) complain(name, "does not run as 65532");
    if (seccompProfile?.type !== "RuntimeDefault") complain(name, "has no seccomp profile");
    if (spec.automountServiceAccountToken !== false) complain(name, "gets a token of the cluster");
    if (spec.enableServiceLinks !== false) complain(name, "gets variables named after Services");
    if (spec.hostNetwork || spec.hostPID || spec.hostIPC) complain(name, "shares its host's namespaces");
    if (spec.volumes?.some((volume) => volume.hostPath)) complain(name, "mounts a folder of its host");
    for (const container of containers) {
      const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities, ...rest } = container.securityContext ?? {};
      const who = `${name}/${container.name}`;
      if (allowPrivilegeEscalation !== false) complain(who, "may gain privileges");
      if (readOnlyRootFilesystem !== true) complain(who, "has a writable root");
      if (!equal({ drop: ["ALL"] }, capabilities)) complain(who, "keeps capabilities");
      if (Object.keys(rest).length > 0) complain(who, `has a setting of its own: ${Object.keys(rest)}`);
    }
  }
}

function containers_are_bounded({ pods }, _, complain) {
  for (const { name, containers } of pods) {
    for (const { name: container, image, resources = {} } of containers) {
      const { requests = {}, limits = {} } = resources;
      if (!requests.cpu || !requests.memory || !limits.memory) complain(`${name}/${container}`, "lacks resources");
      if (!/:[^/:]+$/.test(image) || image.endsWith(":latest")) complain(`${name}/${container}`, `has no fixed image: ${image}`);
    }
  }
}

function probes_ask_what_answers({ pods }, _, complain) {
  for (const pod of pods.filter(({ kind }) => kind !== "Job")) {
    for (const container of pod.spec.containers) {
      for (const [kind, path] of [["startup", "/livez"], ["liveness", "/livez"], ["readiness", "/readyz"]]) {
        const probe = container[`${kind}Probe`];
        const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
        if (!probe) complain(pod.name, `has no ${kind} probe`);
        else if (port && !container.ports.some(({ name }) => name === port)) complain(pod.name, `has no port ${port}`);
        else if (isOurs(container) && (probe.httpGet?.path !== path || port !== "admin")) {
          complain(pod.name, `its ${kind} probe does not ask for ${path} on the admin port`);
        }
      }
    }
  }
}

/** Ports as the service is told to listen, as the Pod declares them, and as Prometheus is told to ask. */
function ports_agree({ pods }, _, complain) {
  for (const pod of pods.filter((one) => one.kind !== "Job" && one.isOurs())) {
    const environment = pod.environment(pod.spec.containers[0]);
    const told = Object.entries(environment).find(([name]) => name.endsWith("_ADMIN_PORT"))?.[1];
    const declared = String(pod.ports().find(({ name }) => name === "admin")?.containerPort);
    const { "prometheus.io/port": scraped, "prometheus.io/scrape": wanted } = pod.template.metadata.annotations ?? {};
    if (told !== declared) complain(pod.name, `listens for operators on ${told} but declares ${declared}`);
    if (scraped !== declared || wanted !== "true") complain(pod.name, "is not scraped where it answers");
  }
}

function references_lead_somewhere(cluster, _, complain) {
  for (const { name, kind, owner, labels } of cluster.pods) {
    if (kind !== "Job" && !matches(owner.spec.selector, labels)) complain(name, "does not select its own Pods");
  }
  for (const service of cluster.of("Service")) {
    const pods = cluster.selected({ matchLabels: service.spec.selector });
    if (pods.length !== 1) complain(`Service ${service.metadata.name}`, `selects ${pods.length} workloads`);
    for (const { targetPort } of service.spec.ports) {
      if (!pods[0]?.ports().some(({ name }) => name === targetPort)) complain(`Service ${service.metadata.name}`, `no ${targetPort}`);
    }
  }
  for (const document of cluster.documents) {
    const { name, namespace } = document.metadata;
    if (document.kind !== "Namespace" && namespace !== "wheres-my-pizza") complain(name, `is in namespace ${namespace}`);
  }
}

/** ConfigMaps and Secrets are in here, or the page tells to make them, with these keys. */
function what_is_mounted_is_made_or_told(cluster, { page }, complain) {
  for (const pod of cluster.pods) {
    const maps = pod.containers.flatMap(({ envFrom = [] }) => envFrom.map(({ configMapRef }) => configMapRef.name));
    const volumes = pod.spec.volumes ?? [];
    for (const name of [...maps, ...volumes.flatMap(({ configMap }) => configMap?.name ?? [])]) {
      if (!cluster.named("ConfigMap", name) && !page.includes(`\`${name}\``)) complain(pod.name, `nobody makes ConfigMap ${name}`);
    }
    for (const { secret } of volumes.filter((volume) => volume.secret)) {
      for (const word of [secret.secretName, ...(secret.items ?? []).map(({ key }) => key)]) {
        if (!page.includes(`\`${word}\``)) complain(pod.name, `the page does not name ${word} of Secret ${secret.secretName}`);
      }
    }
  }
  for (const { spec } of cluster.of("TriggerAuthentication")) {
    for (const { name } of spec.secretTargetRef) if (!page.includes(`\`${name}\``)) complain(name, "is not on the page");
  }
}

function settings_are_known(cluster, { variables }, complain) {
  for (const pod of cluster.pods) {
    for (const container of pod.containers) {
      for (const [name, value] of Object.entries(pod.environment(container))) {
        if (!name.startsWith("PIZZA_")) continue;
        if (!variables.has(name)) complain(pod.name, `${name} is no setting`);
        if (/_(PASSWORD|TOKEN)$/.test(name)) complain(pod.name, `${name} is a secret in the environment`);
        if (/(_FILE|_SSLROOTCERT)$/.test(name) && value && !pod.hasFile(container, value)) complain(pod.name, `${name}: no ${value} there`);
      }
    }
  }
}

/** It may wait for its servers as long as it is told to before the kubelet gives it up. */
function start_is_patient({ pods }, { standard }, complain) {
  for (const pod of pods.filter((one) => one.kind === "Deployment" && one.isOurs())) {
    const { PIZZA_STARTUP_TIMEOUT } = { ...standard, ...pod.environment(pod.spec.containers[0]) };
    const { periodSeconds = 10, failureThreshold = 3 } = pod.spec.containers[0].startupProbe ?? {};
    if (periodSeconds * failureThreshold < Number(PIZZA_STARTUP_TIMEOUT) + 10) complain(pod.name, "is given up while it waits");
  }
}

/** Grace: what is asked of a Pod that stops fits into the time it gets. */
function grace_is_long_enough({ pods }, { standard }, complain) {
  for (const pod of pods.filter((one) => one.kind === "Deployment" && one.isOurs())) {
    const { PIZZA_DRAIN_DELAY = 0, ...settings } = { ...standard, ...pod.environment(pod.spec.containers[0]) };
    const timeout = Number(settings.PIZZA_SHUTDOWN_TIMEOUT);
    const cook = "PIZZA_KITCHEN_ADMIN_PORT" in settings ? 1.2 * settings.PIZZA_KITCHEN_COOKING_TIME + timeout : 0;
    const needed = Number(PIZZA_DRAIN_DELAY) + timeout + cook + 10;
    const given = pod.spec.terminationGracePeriodSeconds ?? 30;
    if (given < needed) complain(pod.name, `gets ${given} s to stop and may need ${needed}`);
  }
}

function nobody_notices_a_rollout(cluster, _, complain) {
  for (const pod of cluster.pods.filter((one) => one.kind === "Deployment" && one.isOurs())) {
    const rolling = pod.owner.spec.strategy?.rollingUpdate ?? {};
    if (rolling.maxUnavailable !== 0 || !rolling.maxSurge) complain(pod.name, "may have too few Pods during a rollout");
    const budgets = cluster.of("PodDisruptionBudget").filter(({ spec }) => matches(spec.selector, pod.labels));
    if (budgets.length !== 1) complain(pod.name, `has ${budgets.length} disruption budgets`);
    else if (!budgets[0].spec.maxUnavailable) complain(pod.name, "its disruption budget lets no node be drained");
    if ((pod.spec.topologySpreadConstraints ?? []).length === 0) complain(pod.name, "may sit on one node");
  }
}

function network_is_closed_but_for_what_is_needed(cluster, _, complain) {
  const policies = cluster.of("NetworkPolicy");
  const closed = policies.some(({ spec }) => equal({}, spec.podSelector) && spec.policyTypes.length === 2 && !spec.ingress && !spec.egress);
  if (!closed) complain("NetworkPolicy", "nothing denies what is not allowed");
  for (const { metadata, spec } of policies) {
    for (const rule of spec.ingress ?? []) if (!rule.from || !rule.ports) complain(metadata.name, "lets anyone in, or everywhere");
    for (const rule of spec.egress ?? []) if (!rule.ports) complain(metadata.name, "lets out to every port");
    if (cluster.selected(spec.podSelector).length === 0) complain(metadata.name, "covers no Pod");
  }
  for (const pod of cluster.pods) {
    const mine = policies.filter(({ spec }) => matches(spec.podSelector, pod.labels));
    const out = (port) => mine.some(({ spec }) => spec.egress?.some((rule) => opens(rule, port)));
    for (const { containerPort } of pod.ports().filter(({ name }) => name !== "management")) {
      const reached = mine.some(({ spec }) => spec.ingress?.some((rule) => opens(rule, containerPort)));
      if (!reached) complain(pod.name, `nobody may reach its port ${containerPort}`);
    }
    const settings = Object.assign({}, ...pod.containers.map((container) => pod.environment(container)));
    if (out(5432) !== "PIZZA_DATABASE_PASSWORD_FILE" in settings) complain(pod.name, "PostgreSQL: needed and allowed differ");
    const amqp = settings.PIZZA_RABBITMQ_TLS === "true" ? 5671 : 5672;
    if (out(amqp) !== "PIZZA_RABBITMQ_PASSWORD_FILE" in settings) complain(pod.name, "RabbitMQ: needed and allowed differ");
  }
}

function cooks_follow_the_queues(cluster, { queues }, complain) {
  for (const { spec } of cluster.of("ScaledObject")) {
    const target = cluster.named("Deployment", spec.scaleTargetRef.name);
    if (!target || "replicas" in target.spec) complain("ScaledObject", "its Deployment is not there, or counts its own replicas");
    const [{ metadata, authenticationRef }] = spec.triggers;
    if (!cluster.named("TriggerAuthentication", authenticationRef?.name)) complain("ScaledObject", "has no authentication");
    for (const queue of queues) {
      const wanted = queue.startsWith("kitchen_") && !queue.includes("dead_letter");
      if (new RegExp(metadata.queueName).test(queue) !== wanted) complain("ScaledObject", `${queue} is counted wrongly`);
    }
  }
}

function production_is_what_it_says(cluster, _, complain) {
  if (cluster.of("ScaledObject").length === 0) return;   // the overlay for trying out
  for (const name of ["order-service", "tracking-service"]) {
    if (cluster.named("Deployment", name).spec.replicas !== 3) complain(name, "has not three replicas");
  }
  for (const pod of cluster.pods) {
    const settings = pod.environment(pod.spec.containers[0]);
    if (settings.PIZZA_DATABASE_SSLMODE !== "verify-full") complain(pod.name, "does not know whom it gives its password");
    if (settings.PIZZA_RABBITMQ_TLS !== "true" || !settings.PIZZA_RABBITMQ_CA_FILE) complain(pod.name, "speaks AMQP in the clear");
  }
}

export const rules = [
  pods_are_harmless, containers_are_bounded, probes_ask_what_answers, ports_agree, references_lead_somewhere,
  what_is_mounted_is_made_or_told, settings_are_known, start_is_patient, grace_is_long_enough, nobody_notices_a_rollout,
  network_is_closed_but_for_what_is_needed, cooks_follow_the_queues, production_is_what_it_says,
];
