/** At most one of the members of `T`. */
export type AtMostOne<T> = OneOf<T> | { readonly [K in keyof T]?: never };

/** Exactly one of the members of `T`. */
export type OneOf<T> = {
  [K in keyof T]: { readonly [P in K]: T[P] } & { readonly [P in Exclude<keyof T, K>]?: never };
}[keyof T];
