import { describe, expect, it } from 'vitest';

import { openTestDoor, NAME } from './door.js';
import { Visitor } from './visitor.js';

const HERE = { address: '127.0.0.1' };

describe('the outbox of development', () => {
  it('shows its mails to who sits at this machine, with links that work', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app, HERE);
    expect((await visitor.get('/outbox')).text).toContain('None yet.');
    await visitor.post('/sign-up', { address: NAME });
    await door.flows.settled();
    const list = await visitor.get('/outbox');
    expect(list.text).toContain(`To ${NAME}`);
    const path = /href="(\/outbox\/[^"]+)"/.exec(list.text)?.[1] ?? '';
    const mail = await visitor.get(path);
    expect(mail.headers.get('content-security-policy')).not.toContain('script-src');
    const link = /href="http:\/\/localhost:4180(\/sign-up\/finish\?token=[\w-]+)"/.exec(mail.text);
    expect((await visitor.get(link?.[1] ?? '')).location).toBe('/sign-up/finish');
    expect((await visitor.get('/sign-up/finish')).status).toBe(200);
  });

  it('is no page for anybody else', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app, HERE);
    await visitor.post('/sign-up', { address: NAME });
    await door.flows.settled();
    const missing = await new Visitor(door.app).get('/nothing');
    for (const path of ['/outbox', '/outbox/0']) {
      const page = await new Visitor(door.app).get(path);
      expect([page.status, page.text]).toEqual([404, missing.text]);
      const proxied = await visitor.send(path, { headers: { 'x-forwarded-for': '192.0.2.9' } });
      expect(proxied.status).toBe(404);
      expect((await visitor.get(path)).status).toBe(200);
    }
  });

  it('has no mail that is not there, and no path to anything else', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app, HERE);
    for (const name of ['1', 'x', '..%2F..%2Fkeys', '%00'])
      expect((await visitor.get(`/outbox/${name}`)).status).toBe(404);
  });

  it('is not there at all in production', async () => {
    const door = await openTestDoor({ outbox: 'hidden' });
    expect((await new Visitor(door.app, HERE).get('/outbox')).status).toBe(404);
  });
});
