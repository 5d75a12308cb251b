// What every page needs besides its own content.

/** The public paths of the files in assets/. */
export interface AssetPaths {
  readonly stylesheet: string;
  readonly mark: string;
}

/** Something to say once at the top of a page. */
export interface Notice {
  readonly tone: 'good' | 'plain' | 'bad';
  readonly text: string;
}

export interface Frame {
  readonly assets: AssetPaths;
  /** The sign-in name; `null` for a visitor. */
  readonly userName: string | null;
  readonly notice?: Notice | undefined;
}
