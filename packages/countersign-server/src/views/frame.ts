// What every page needs besides its own content.

/** The scripts that a page can ask for; each is a file in assets/ and works without the others. */
export type ScriptName = 'passkey' | 'passwordMeter' | 'revealPassword' | 'keepCodes';

/** The public paths of the files in assets/. */
export interface AssetPaths {
  readonly stylesheet: string;
  readonly mark: string;
  readonly scripts: Readonly<Record<ScriptName, string>>;
  /** What judges passwords for `passwordMeter`: half a megabyte, so it is fetched when it is needed. */
  readonly passwordJudge: string;
}

/** Something to say once at the top of a page. */
export interface Notice {
  readonly tone: 'good' | 'plain' | 'bad';
  readonly text: string;
}

export interface Frame {
  readonly assets: AssetPaths;
  /** What the user signs in with, for password managers too; `null` for a visitor. */
  readonly userName: string | null;
  /** What the user wants to be called. */
  readonly displayName?: string | null | undefined;
  readonly notice?: Notice | undefined;
}
