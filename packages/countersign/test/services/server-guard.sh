# Kills a server and removes its folder ($1) when the input ends: the end of the process that writes it.
# Each line of input is the server's process id at a start, or empty once it has ended.

while read -r line; do server=$line; done

if [ -n "$server" ]; then
  # Stopped first, so that it starts no further child.
  kill -STOP "$server"
  kill -KILL $(cat "/proc/$server/task/$server/children") "$server"
fi 2>/dev/null

rm -rf "$1"
