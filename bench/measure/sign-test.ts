// Whether two things that took turns can be told apart by what they took: the sign test over the differences
// within each round. It asks only which of the two took more, so a round in which the machine did something
// else counts no more than any other.

/**
 * @param differences within rounds whose order was left to chance
 * @returns by how many standard errors the first takes more than the second oftener than not; beyond 3.5
 *   in one of two thousand comparisons of things that are alike
 */
export function signTestOf(differences: readonly number[]): number {
  const more = differences.filter((difference) => difference > 0).length;
  const less = differences.filter((difference) => difference < 0).length;
  return more + less === 0 ? 0 : (more - less) / Math.sqrt(more + less);
}
