#!/bin/sh
# Prints an ACL file for Redis, from queue.acl or store.acl and the environment:
#
#   REDIS_WORKER_PASSWORD=... REDIS_TAG_MANAGER_PASSWORD=... REDIS_API_PASSWORD=... REDIS_ADMIN_PASSWORD=... \
#     sh infra/redis/users.sh infra/redis/queue.acl > users.acl
#   redis-server infra/redis/queue.conf --aclfile "$PWD/users.acl"
#
# Passwords are written as SHA-256 digests. A user without one is off. KEY_PREFIX and REDIS_MODE are those of the
# services: key patterns follow them.
set -eu

prefix=${KEY_PREFIX:-tl}
bull=bull
[ "$prefix" = tl ] || bull=$prefix-bull
[ "${REDIS_MODE:-single}" != cluster ] || bull="{$bull}"

# One line for each user, as Redis wants it: without comments, indented lines joined to the one before.
awk '
  /^[ \t]*(#|$)/ { next }
  /^user / { if (line != "") print line; line = $0; next }
  { sub(/^[ \t]+/, ""); line = line " " $0 }
  END { if (line != "") print line }
' "$1" |
  sed -e "s/\([~&]\)tl:/\1$prefix:/g" -e "s/~bull:/~$bull:/g" |
  while read -r _ name rights; do
    variable=REDIS_$(printf %s "$name" | tr 'a-z-' 'A-Z_')_PASSWORD
    eval "password=\${$variable:-}"
    if [ -n "$password" ]; then
      digest=$(printf %s "$password" | { command -v sha256sum > /dev/null && sha256sum || shasum -a 256; })
      printf 'user %s reset on #%s %s\n' "$name" "${digest%% *}" "$rights"
    else
      printf 'user %s reset off %s\n' "$name" "$rights"
    fi
  done
