// Where an application names the type of its session data once, for every `req.session`:
//
//   declare module 'countersign' {
//     interface Register { data: { cart: string[] } }
//   }

export interface Register {}

/** The data type that was registered, or any JSON value under any key. */
export type RegisteredData = Register extends { readonly data: infer Data }
  ? Data
  : Record<string, unknown>;
