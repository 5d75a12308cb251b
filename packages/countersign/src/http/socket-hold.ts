// Keeps a connection from being destroyed while a response that the application has finished waits for
// its commit. Express destroys the socket when a handler throws after `res.json`: without this the
// client would lose a response that it would have got.

import { shadow } from './shadow.js';

interface Socket {
  destroy(error?: Error): unknown;
}

interface Hold {
  count: number;
  wanted: (() => void) | undefined;
  readonly lift: () => void;
}

const HOLD = Symbol('countersign.hold');

interface HeldSocket extends Socket {
  [HOLD]?: Hold | undefined;
}

/**
 * Puts off `socket.destroy` until the function returned is called. Requests that share a connection
 * each hold it; the last one lets go.
 */
export function holdSocket(socket: HeldSocket | null | undefined): () => void {
  // Test doubles of requests often have none.
  if (typeof socket?.destroy !== 'function') return () => undefined;
  const hold = (socket[HOLD] ??= startHold(socket));
  hold.count += 1;
  return () => {
    hold.count -= 1;
    if (hold.count > 0) return;
    socket[HOLD] = undefined;
    hold.lift();
    hold.wanted?.();
  };
}

function startHold(socket: Socket): Hold {
  const destroy = (error?: Error): Socket => {
    hold.wanted ??= () => void socket.destroy(error);
    return socket;
  };
  const hold: Hold = {
    count: 0,
    wanted: undefined,
    lift: shadow(socket, { destroy: { value: destroy, writable: true } }),
  };
  return hold;
}
