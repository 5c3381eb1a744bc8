#!/bin/bash
# Sees to it that there is a Chromium and fonts for Japanese and emoji. Installs
# them when it may (root, or sudo without a password); else says what to type.
set -eu
packages=()
if [ -z "${CHROME:-}" ] && ! command -v chromium chromium-browser google-chrome-stable google-chrome >/dev/null 2>&1; then packages+=(chromium); fi
if command -v dpkg-query >/dev/null 2>&1; then
  for font in fonts-noto-cjk fonts-noto-color-emoji; do
    dpkg-query -W -f='${Status}' "$font" 2>/dev/null | grep -q 'ok installed' || packages+=("$font")
  done
fi
[ ${#packages[@]} -eq 0 ] && exit 0

root=()
if [ "$(id -u)" != 0 ]; then root=(sudo -n); fi
if ! command -v apt-get >/dev/null 2>&1 || { [ ${#root[@]} -gt 0 ] && ! sudo -n true 2>/dev/null; }; then
  echo "The browser tests need: ${packages[*]}" >&2
  echo "Install them (Debian: sudo apt-get install --no-install-recommends ${packages[*]}), or set CHROME to a Chromium, or E2E=off to leave these tests out." >&2
  [ "${E2E:-must}" = off ] && exit 0
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get -o DPkg::Lock::Timeout=300 update -qq
"${root[@]}" apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
