#!/bin/sh
# What the tests need beyond Python packages: a browser and fonts with Chinese. Installed by apt when we are root;
# otherwise the tests concerned say loudly that they were skipped.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fonts-noto-cjk fontconfig"
command -v xgettext >/dev/null 2>&1 || missing="$missing gettext"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
ldconfig -p 2>/dev/null | grep -q libseccomp.so.2 || missing="$missing libseccomp2"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing what the tests need:$missing" >&2
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "MISSING:$missing (not root, so not installed); the tests that need them will be skipped" >&2
fi
