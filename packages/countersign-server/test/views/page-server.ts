// Serves pages over HTTP with their files and their policy, as the doorkeeper does, to a real browser;
// and keeps what comes back. No accounts, no sessions: those have tests of their own.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { JSX } from 'hono/jsx/jsx-runtime';
import { onTestFinished } from 'vitest';

import type { Frame } from '../../src/views/frame.js';
import { loadAssets } from '../../src/web/assets.js';
import { contentSecurityPolicy, securityHeaders } from '../../src/web/security-headers.js';

const assets = loadAssets();

export const FRAME: Frame = { assets: assets.paths, userName: 'ada@example.org' };

export interface Posted {
  readonly path: string;
  readonly fields: URLSearchParams;
}

export interface PageServer {
  /** Such as `http://localhost:12345`. */
  readonly url: string;
  /** What was posted, oldest first. */
  readonly posted: readonly Posted[];
}

export interface Answers {
  /** For `GET`, by path. */
  readonly pages: Readonly<Record<string, () => JSX.Element>>;
  /** For `POST`, by path: a page, or JSON with its status. Anything else is answered with `done`. */
  readonly answers?: Readonly<
    Record<string, (fields: URLSearchParams) => JSX.Element | Promise<JsonAnswer>>
  >;
}

export class JsonAnswer {
  readonly body: object;
  readonly status: number;

  constructor(body: object, status = 200) {
    this.body = body;
    this.status = status;
  }
}

export async function servePages({ pages, answers = {} }: Answers): Promise<PageServer> {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (request.method !== 'POST') {
      const asset = assets.find(path.slice('/assets/'.length));
      if (asset !== undefined) return send(response, asset.type, asset.body);
      return sendPage(response, pages[path]?.());
    }
    const fields = new URLSearchParams((await request.setEncoding('utf8').toArray()).join(''));
    posted.push({ path, fields });
    const found = await answers[path]?.(fields);
    if (!(found instanceof JsonAnswer)) return sendPage(response, found);
    response.statusCode = found.status;
    send(response, 'application/json', JSON.stringify(found.body));
  };
  server.listen(0, 'localhost');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, posted };
}

async function sendPage(response: ServerResponse, page: JSX.Element | undefined): Promise<void> {
  const html = page === undefined ? '<!doctype html><title>done</title>' : (await page).toString();
  const scripts = html.includes('<script') ? 'own' : 'none';
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(scripts));
  send(response, 'text/html; charset=utf-8', html);
}

function send(response: ServerResponse, type: string, body: string): void {
  for (const [name, value] of Object.entries(securityHeaders({ hsts: 'none' })))
    if (!response.hasHeader(name)) response.setHeader(name, value);
  response.setHeader('Content-Type', type);
  response.end(body);
}
