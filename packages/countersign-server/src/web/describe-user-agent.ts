// Says in words which browser and device a `User-Agent` header claims. For people who look through
// their devices, never for a decision: the text is the client's own.

export type DeviceKind = 'computer' | 'phone' | 'tablet' | 'program' | 'unknown';

export interface UserAgentDescription {
  readonly kind: DeviceKind;
  /** Such as `Firefox on Windows`. Only words of this file, never a part of the header. */
  readonly words: string;
}

const UNKNOWN: UserAgentDescription = { kind: 'unknown', words: 'Unknown device' };

/** Headers are longer by mistake or malice; the words are all at the beginning or the end. */
const LONGEST = 512;

interface Known {
  readonly name: string;
  readonly sign: RegExp;
}

/** The first sign that is found decides, so browsers come before the ones they pretend to be. */
const BROWSERS: readonly Known[] = [
  { name: 'Edge', sign: /\bEdg(?:e|A|iOS)?\// },
  { name: 'Opera', sign: /\b(?:OPR|OPT|OPiOS|Opera)\// },
  { name: 'Samsung Internet', sign: /\bSamsungBrowser\// },
  { name: 'Vivaldi', sign: /\bVivaldi\// },
  { name: 'Yandex Browser', sign: /\bYaBrowser\// },
  { name: 'DuckDuckGo', sign: /\bDuckDuckGo\/|\bDdg\// },
  { name: 'Firefox', sign: /\b(?:Firefox|FxiOS|Focus)\// },
  { name: 'Chrome', sign: /\b(?:Chrome|CriOS|HeadlessChrome)\// },
  { name: 'Chromium', sign: /\bChromium\// },
  { name: 'Safari', sign: /\bVersion\/[\d.]+ .*\bSafari\// },
  { name: 'Internet Explorer', sign: /\bMSIE |\bTrident\// },
];

interface System extends Known {
  readonly kind: DeviceKind;
}

/** As above: Android and ChromeOS also say Linux, iPads and iPhones also say Mac OS X. */
const SYSTEMS: readonly System[] = [
  { name: 'iPhone', sign: /\biPhone\b|\biPod\b/, kind: 'phone' },
  { name: 'iPad', sign: /\biPad\b/, kind: 'tablet' },
  { name: 'Android', sign: /\bAndroid\b.*\bMobile\b/, kind: 'phone' },
  { name: 'Android', sign: /\bAndroid\b/, kind: 'tablet' },
  { name: 'Windows', sign: /\bWindows NT\b/, kind: 'computer' },
  { name: 'ChromeOS', sign: /\bCrOS\b/, kind: 'computer' },
  { name: 'Mac', sign: /\bMac(?:intosh| OS X)\b/, kind: 'computer' },
  { name: 'Linux', sign: /\bLinux\b|\bX11\b/, kind: 'computer' },
];

/** What speaks HTTP without being a browser. */
const PROGRAMS: readonly Known[] = [
  { name: 'curl', sign: /^curl\// },
  { name: 'Wget', sign: /^Wget\// },
  { name: 'HTTPie', sign: /^HTTPie\// },
  { name: 'Postman', sign: /^PostmanRuntime\// },
  { name: 'A Python program', sign: /^(?:python-|Python|aiohttp)/ },
  { name: 'A Node.js program', sign: /^(?:node|undici|axios\/)/ },
  { name: 'A Go program', sign: /^Go-http-client\// },
  { name: 'A Java program', sign: /^(?:Java\/|okhttp\/|Apache-HttpClient\/)/ },
];

/** Describes a client. @param userAgent the header, or `null` when none was sent */
export function describeUserAgent(userAgent: string | null): UserAgentDescription {
  if (userAgent === null) return UNKNOWN;
  const text = userAgent.slice(0, LONGEST);
  const program = PROGRAMS.find(({ sign }) => sign.test(text));
  if (program !== undefined) return { kind: 'program', words: program.name };
  const browser = BROWSERS.find(({ sign }) => sign.test(text));
  const system = SYSTEMS.find(({ sign }) => sign.test(text));
  if (browser !== undefined && system !== undefined)
    return { kind: system.kind, words: `${browser.name} on ${system.name}` };
  if (browser !== undefined) return { kind: 'unknown', words: browser.name };
  return system === undefined
    ? UNKNOWN
    : { kind: system.kind, words: `Unknown browser on ${system.name}` };
}
