// The machine's time, moved forward for everything in this process that asks `Date`: so hours pass for
// products that take no clock. Timers go on as they are.

const RealDate = Date;
let shift = 0;

/** Lets so many milliseconds pass at once. */
export function shiftDate(ms: number): void {
  shift += ms;
  globalThis.Date = shift === 0 ? RealDate : ShiftedDate;
}

/** Back to the machine's time. */
export function restoreDate(): void {
  shiftDate(-shift);
}

const now = (): number => RealDate.now() + shift;

const ShiftedDate = new Proxy(RealDate, {
  construct(target, values: readonly unknown[], subject): Date {
    const made: unknown = Reflect.construct(
      target,
      values.length === 0 ? [now()] : values,
      subject,
    );
    if (made instanceof RealDate) return made;
    throw new TypeError('A Date is a Date');
  },
  apply: () => new RealDate(now()).toString(),
  get: (target, name): unknown => (name === 'now' ? now : Reflect.get(target, name)),
});
