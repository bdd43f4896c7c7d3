/** Why a portal tells nothing, where asking again by itself can't help; the person may still try. */
export const FINAL: readonly string[] = ['refused', 'signIn'];
