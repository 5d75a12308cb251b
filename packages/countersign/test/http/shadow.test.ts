// Properties put over others for a while, and connections held open by them.

import { describe, expect, test } from 'vitest';

import { shadow } from '../../src/http/shadow.js';
import { holdSocket } from '../../src/http/socket-hold.js';

describe('a shadow', () => {
  test('covers inherited and own properties, and leaves no trace when it is lifted', () => {
    class Base {
      inherited(): string {
        return 'base';
      }
    }
    const target = Object.assign(new Base(), { own: 'own' });
    const before = Object.getOwnPropertyDescriptors(target);
    const lift = shadow(target, {
      inherited: { value: () => 'shadow', writable: true },
      own: { get: () => 'shadow' },
      added: { value: 'shadow' },
    });
    expect([target.inherited(), target.own, Reflect.get(target, 'added')]).toEqual([
      'shadow',
      'shadow',
      'shadow',
    ]);
    lift();
    expect(Object.getOwnPropertyDescriptors(target)).toEqual(before);
    expect(target.inherited()).toBe('base');
  });

  test('leaves what somebody else has put in its place meanwhile', () => {
    const target = { on: 'original' };
    const lift = shadow(target, { on: { value: 'shadow', writable: true } });
    target.on = 'theirs';
    lift();
    expect(target.on).toBe('theirs');
  });
});

describe('a held connection', () => {
  class Socket {
    readonly destroyed: unknown[] = [];
    destroy(error?: Error): this {
      this.destroyed.push(error);
      return this;
    }
  }

  test('is destroyed when the last holder lets go, with the first reason', () => {
    const socket = new Socket();
    const [first, second] = [holdSocket(socket), holdSocket(socket)];
    const reason = new Error('first');
    expect(socket.destroy(reason)).toBe(socket);
    socket.destroy(new Error('second'));
    first();
    expect(socket.destroyed).toEqual([]);
    second();
    expect(socket.destroyed).toEqual([reason]);
    expect(Object.hasOwn(socket, 'destroy')).toBe(false);
  });

  test('is nothing where there is no connection', () => {
    expect(holdSocket(undefined)()).toBeUndefined();
    expect(holdSocket({} as Socket)()).toBeUndefined();
  });

  test('that nobody wants to destroy stays open, and can be held again', () => {
    const socket = new Socket();
    holdSocket(socket)();
    expect(socket.destroyed).toEqual([]);
    const letGo = holdSocket(socket);
    socket.destroy();
    letGo();
    expect(socket.destroyed).toEqual([undefined]);
  });
});
