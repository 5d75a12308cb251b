// What a redirect to the page that asks for a proof says of itself.

/** The id of what waits for the proof. @throws Error for a redirect to elsewhere */
export function askedIn(location: string | null): string {
  const { pathname, searchParams } = new URL(location ?? '/', 'http://localhost');
  const asked = searchParams.get('asked');
  if (pathname !== '/confirm' || asked === null) throw new Error(`Nothing is asked at ${location}`);
  return asked;
}
