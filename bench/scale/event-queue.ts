// What happens next: numbered events by their time, the earliest first. A binary heap over arrays that
// grow, since there are millions.

export class EventQueue {
  #times = new Float64Array(1_024);
  #events = new Int32Array(1_024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** When the next event is due; `Infinity` when there is none. */
  get nextTime(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#timeAt(0);
  }

  add(time: number, event: number): void {
    if (this.#size === this.#times.length) this.#grow();
    let at = this.#size;
    this.#size += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#timeAt(parent) <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, time, event);
  }

  /** Takes the next event out. */
  take(): number {
    const first = this.#events[0] ?? -1;
    this.#size -= 1;
    const time = this.#timeAt(this.#size);
    const event = this.#events[this.#size] ?? -1;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#timeAt(child + 1) < this.#timeAt(child)) child += 1;
      if (this.#timeAt(child) >= time) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, time, event);
    return first;
  }

  #timeAt(at: number): number {
    return this.#times[at] ?? Number.POSITIVE_INFINITY;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#timeAt(from), this.#events[from] ?? -1);
  }

  #put(at: number, time: number, event: number): void {
    this.#times[at] = time;
    this.#events[at] = event;
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    times.set(this.#times);
    this.#times = times;
    const events = new Int32Array(this.#events.length * 2);
    events.set(this.#events);
    this.#events = events;
  }
}
