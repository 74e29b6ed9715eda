'use strict'

/** Each choice of k of the first n things of a bag, in their order. */
function* gen(n, k, bag, from = 0) {
  if (k === 0) {
    yield []
    return
  }

  for (let first = from; first <= n - k; first++) {
    for (const rest of gen(n, k - 1, bag, first + 1)) yield [bag[first], ...rest]
  }
}

module.exports = { gen: (n, k, bag) => gen(n, k, bag) }
