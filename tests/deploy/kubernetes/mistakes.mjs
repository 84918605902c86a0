// Mistakes in the production overlay, and a part of the complaint that each must lead to.
const order = (cluster) => cluster.named("Deployment", "order-service").spec;
const pod = (cluster) => order(cluster).template.spec;
const container = (cluster) => pod(cluster).containers[0];
const settings = (cluster) => cluster.of("ConfigMap").find(({ metadata }) => metadata.name.startsWith("pizza-settings")).data;
const policy = (cluster, name) => cluster.named("NetworkPolicy", name).spec;
const remove = (cluster, kind, name) => { cluster.documents.splice(cluster.documents.indexOf(cluster.named(kind, name)), 1); };

export const mistakes = [
  ["may run as root", (c) => { delete pod(c).securityContext.runAsNonRoot; }],
  ["does not run as 65532", (c) => { pod(c).securityContext.runAsUser = 1000; }],
  ["has no seccomp", (c) => { pod(c).securityContext.seccompProfile.type = "Unconfined"; }],
  ["gets a token", (c) => { delete pod(c).automountServiceAccountToken; }],
  ["named after Services", (c) => { delete pod(c).enableServiceLinks; }],
  ["may gain privileges", (c) => { delete container(c).securityContext.allowPrivilegeEscalation; }],
  ["writable root", (c) => { c.named("Job", "setup").spec.template.spec.initContainers[1].securityContext.readOnlyRootFilesystem = false; }],
  ["keeps capabilities", (c) => { container(c).securityContext.capabilities.add = ["NET_BIND_SERVICE"]; }],
  ["lacks resources", (c) => { delete container(c).resources.limits; }],
  ["no fixed image", (c) => { container(c).image = "registry:5000/wheres-my-pizza/order-service"; }],
  ["no readiness probe", (c) => { delete container(c).readinessProbe; }],
  ["has no port operator", (c) => { container(c).livenessProbe.httpGet.port = "operator"; }],
  ["does not ask for /livez", (c) => { container(c).livenessProbe.httpGet.path = "/readyz"; }],
  ["declares 9101", (c) => { container(c).ports[1].containerPort = 9101; }],
  ["not scraped", (c) => { order(c).template.metadata.annotations["prometheus.io/port"] = "3000"; }],
  ["not select its own", (c) => { order(c).selector.matchLabels["app.kubernetes.io/name"] = "order"; }],
  ["selects 0 workloads", (c) => { c.named("Service", "order-service").spec.selector["app.kubernetes.io/name"] = "order"; }],
  ["is in namespace", (c) => { delete c.named("Service", "order-service").metadata.namespace; }],
  ["nobody makes ConfigMap", (c) => { container(c).envFrom[0].configMapRef.name = "settings"; }],
  ["does not name db_orders", (c) => { pod(c).volumes.find(({ name }) => name === "secrets").secret.items[0].key = "db_orders"; }],
  ["is no setting", (c) => { settings(c).PIZZA_DATABASE_HOSTNAME = "db"; }],
  ["secret in the environment", (c) => { settings(c).PIZZA_RABBITMQ_PASSWORD = "guest"; }],
  ["no /run/secrets/db_kitchen there", (c) => { container(c).env.find(({ name }) => name === "PIZZA_DATABASE_PASSWORD_FILE").value = "/run/secrets/db_kitchen"; }],
  ["given up while it waits", (c) => { settings(c).PIZZA_STARTUP_TIMEOUT = "60"; }],
  ["to stop and may need", (c) => { settings(c).PIZZA_KITCHEN_COOKING_TIME = "30"; }],
  ["to stop and may need", (c) => { settings(c).PIZZA_SHUTDOWN_TIMEOUT = "50"; }],
  ["to stop and may need", (c) => { container(c).env.find(({ name }) => name === "PIZZA_DRAIN_DELAY").value = "30"; }],
  ["too few Pods", (c) => { order(c).strategy.rollingUpdate.maxUnavailable = 1; }],
  ["0 disruption budgets", (c) => remove(c, "PodDisruptionBudget", "kitchen-worker")],
  ["no node be drained", (c) => { c.named("PodDisruptionBudget", "order-service").spec.maxUnavailable = 0; }],
  ["may sit on one node", (c) => { delete pod(c).topologySpreadConstraints; }],
  ["nothing denies", (c) => remove(c, "NetworkPolicy", "deny-all")],
  ["lets anyone in", (c) => { delete policy(c, "customers").ingress[0].from; }],
  ["lets out to every port", (c) => { delete policy(c, "to-webhooks").egress[0].ports; }],
  ["covers no Pod", (c) => { policy(c, "to-webhooks").podSelector.matchLabels["app.kubernetes.io/name"] = "notifier"; }],
  ["nobody may reach its port 9103", (c) => { policy(c, "metrics").ingress[0].ports[0].endPort = 9102; }],
  ["PostgreSQL: needed and allowed differ", (c) => remove(c, "NetworkPolicy", "to-postgresql")],
  ["RabbitMQ: needed and allowed differ", (c) => { policy(c, "to-rabbitmq").egress[0].ports = [{ port: 5672 }]; }],
  ["kitchen_dead_letter_queue is counted", (c) => { c.of("ScaledObject")[0].spec.triggers[0].metadata.queueName = "^kitchen_.*queue$"; }],
  ["counts its own replicas", (c) => { c.named("Deployment", "kitchen-worker").spec.replicas = 2; }],
  ["not three replicas", (c) => { order(c).replicas = 1; }],
  ["not know whom", (c) => { settings(c).PIZZA_DATABASE_SSLMODE = "require"; }],
  ["in the clear", (c) => { delete settings(c).PIZZA_RABBITMQ_TLS; }],
];
