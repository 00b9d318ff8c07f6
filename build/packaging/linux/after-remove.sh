#!/bin/sh
set -e

# dpkg says remove, purge or upgrade; rpm says how many versions stay. On an upgrade everything is needed.
case "$1" in
  remove | purge | 0) ;;
  *) exit 0 ;;
esac

for link in /usr/bin/${executable} /usr/bin/holdfast; do
  case "$(readlink "$link" 2>/dev/null)" in
    '/opt/${sanitizedProductName}/'*) rm -f "$link" ;;
  esac
done

profile='/etc/apparmor.d/${executable}'
if [ -f "$profile" ]; then
  if command -v apparmor_parser >/dev/null 2>&1; then
    apparmor_parser --remove "$profile" >/dev/null 2>&1 || true
  fi
  rm -f "$profile"
fi

if command -v update-desktop-database >/dev/null 2>&1; then
  update-desktop-database -q /usr/share/applications || true
fi
# People's profiles, with the keys to their backups, stay: only they may remove those.
exit 0
