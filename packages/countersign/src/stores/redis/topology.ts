// Who serves what in a Cluster, as a text to compare: another text means that masters have changed.

import { textOf } from './replies.js';

/** Lines of `CLUSTER INFO`: every failover and every moved slot raises the epoch. */
const TELLING = [
  'cluster_state',
  'cluster_slots_assigned',
  'cluster_size',
  'cluster_current_epoch',
];

export interface ClusterNode {
  send(args: readonly string[]): Promise<unknown>;
}

/**
 * What the nodes say now.
 * @throws Error when one of them says that the Cluster does not work, as one does that is cut off from it
 */
export async function topologyOf(nodes: readonly ClusterNode[]): Promise<string> {
  const infos = await Promise.all(nodes.map((node) => node.send(['CLUSTER', 'INFO'])));
  return infos.map((info) => linesOf(textOf(info)).join(' ')).join('\n');
}

function linesOf(info: string): readonly string[] {
  const lines = info.split('\r\n').filter((line) => TELLING.includes(line.split(':')[0] ?? ''));
  if (!lines.includes('cluster_state:ok')) throw new Error('The Cluster is not in working order');
  return lines;
}
