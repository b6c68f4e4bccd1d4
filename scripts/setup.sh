#!/bin/sh
# Makes a machine ready for Sluice, and says at each step what it found: `sh scripts/setup.sh`. Changes nothing outside this folder.
# With --install-node it also fetches Node, by the package manager that is there.
set -eu
cd "$(dirname "$0")/.."

need=20
say() { printf '%s\n' "$*"; }
stop() { say "FAIL  $1"; shift; for line in "$@"; do say "      $line"; done; exit 1; }

how_to_install() {
  case "$(uname -s)" in
    Darwin) say "brew install node" ;;
    *)
      if command -v apt-get >/dev/null 2>&1; then say "sudo apt-get install -y nodejs npm"
      elif command -v dnf >/dev/null 2>&1; then say "sudo dnf install -y nodejs npm"
      elif command -v pacman >/dev/null 2>&1; then say "sudo pacman -S --noconfirm nodejs npm"
      elif command -v apk >/dev/null 2>&1; then say "sudo apk add nodejs npm"
      else say "https://nodejs.org/en/download"
      fi ;;
  esac
}

if [ "${1-}" = "--install-node" ] && ! command -v node >/dev/null 2>&1; then
  how=$(how_to_install)
  case "$how" in
    http*) stop "There is no package manager that this script knows." "Install Node $need or newer from $how" ;;
    *) say "      $how"; sh -c "$how" ;;
  esac
fi

say "1. Node $need or newer, with npm"
command -v node >/dev/null 2>&1 || stop "Node is not installed." "$(how_to_install)" "or let this script do it: sh scripts/setup.sh --install-node"
command -v npm >/dev/null 2>&1 || stop "npm is not installed; it usually comes with Node." "$(how_to_install)"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge "$need" ] || stop "Node $(node -v) is older than $need." "$(how_to_install)" "With nvm: nvm install 24. With fnm: fnm install 24."
say "ok    Node $(node -v), npm $(npm -v 2>/dev/null)"

say "2. What Sluice is made of, and its own Node"
node scripts/ready.js || stop "Installing has failed." "Read what npm says above; behind a proxy set HTTPS_PROXY. Then run this script again."
say "ok    installed and built"

say "3. Does it work here?"
if [ -f sluice.yaml ] || [ -n "${SLUICE_CONFIG-}" ]; then
  node bin/sluice.js doctor || stop "The doctor has found something to mend; it says above how."
else
  node bin/sluice.js doctor --demo || stop "The doctor has found something to mend; it says above how."
fi

say ""
say "Ready. Next:"
say "  npm start                                        serves your sluice.yaml, or the demo where there is none"
say "  node bin/sluice.js init                          asks for your first source and writes sluice.yaml"
say "  node bin/sluice.js install claude-desktop --demo writes your MCP client's configuration, after showing it"
