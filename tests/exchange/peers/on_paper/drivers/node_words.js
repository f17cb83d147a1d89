'use strict'

// What bitfinex-api-node makes of rows, in the words that all drivers share.

const STATES = { ACTIVE: 'open', PARTIALLY: 'open', EXECUTED: 'closed', CANCELED: 'canceled' }

exports.tickerInWords = ({ bid, ask, lastPrice, high, low, volume }) =>
  ({ bid, ask, last: lastPrice, high, low, volume })

exports.tradeRow = ({ id, mts, amount, price }) => [id, mts, amount, price]

exports.candleRow = ({ mts, open, high, low, close, volume }) => [mts, open, high, low, close, volume]

exports.bookInWords = ({ bids, asks }) => ({
  bids: bids.map(([price, , amount]) => [price, amount]),
  asks: asks.map(([price, , amount]) => [price, -amount])
})

exports.orderInWords = (order) => ({
  id: order.id,
  cid: order.cid,
  symbol: order.symbol,
  amount: order.amountOrig,
  remaining: order.amount,
  price: order.price,
  average: order.priceAvg,
  state: STATES[order.status.split(' ')[0]]
})

exports.fillInWords = (fill) => ({
  order: fill.orderID,
  symbol: fill.symbol,
  amount: fill.execAmount,
  price: fill.execPrice,
  is_maker: fill.maker,
  fee: fill.fee === null ? null : -fill.fee,
  fee_currency: fill.feeCurrency
})
