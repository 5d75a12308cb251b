// Faults of a whole Redis Cluster of three masters, and of the network in front of it. What one master's
// failure does is in `failover.integration.test.ts`.

import { describeFaults, type Stage } from './describe-faults.js';
import { CLUSTER_CLIENTS, startClusterSite } from './redis-cluster-site.js';

async function setUp(): Promise<Stage> {
  const site = await startClusterSite({ replicas: 0 });
  return { ...site, drivers: CLUSTER_CLIENTS.map((client) => client.driver(site)) };
}

describeFaults(
  'Redis Cluster',
  CLUSTER_CLIENTS.map(({ name }) => name),
  setUp,
);
