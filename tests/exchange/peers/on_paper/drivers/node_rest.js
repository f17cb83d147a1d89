'use strict'

// What the tests ask of bitfinex-api-node over REST. Runs among its packages, not ours.

const { RESTv1, RESTv2 } = require('bitfinex-api-node')
const { Order, OrderBook } = require('bfx-api-node-models')
const { answerQuestions } = require('./driving')
const { bookInWords, candleRow, fillInWords, orderInWords, tickerInWords, tradeRow } =
  require('./node_words')

const client = (url) => new RESTv2({ apiKey: 'key', apiSecret: 'secret', url, transform: true })

const cancelled = (told) => told.notifyInfo.map((row) => orderInWords(new Order(row)))

answerQuestions({
  ticker: async ({ url, symbol }) => tickerInWords(await client(url).ticker({ symbol })),

  tickers: async ({ url, symbols }) => Object.fromEntries(
    (await client(url).tickers({ symbols })).map((found) => [found.symbol, tickerInWords(found)])
  ),

  all_symbols: async ({ url }) => (await client(url).tickers())
    .map((found) => found.symbol).filter((symbol) => symbol[0] === 't').sort(),

  candles: async ({ url, symbol, timeframe }) => {
    const query = { sort: 1 }
    const found = await client(url).candles({ timeframe, symbol, section: 'hist', query })
    return found.map(candleRow)
  },

  trades: async ({ url, symbol }) => (await client(url).trades({ symbol })).map(tradeRow),

  book: async ({ url, symbol }) =>
    bookInWords(new OrderBook(await client(url).orderBook({ symbol, prec: 'P0' }))),

  wallets: async ({ url }) => Object.fromEntries(
    (await client(url).wallets())
      .filter((wallet) => wallet.type === 'exchange')
      .map((wallet) => [wallet.currency, [wallet.balance, wallet.balanceAvailable]])
  ),

  submit: async ({ url, symbol, amount, price, cid }) => {
    const type = price === null ? 'EXCHANGE MARKET' : 'EXCHANGE LIMIT'
    const order = new Order({ symbol, amount, price: price || undefined, type, cid })
    return orderInWords(await client(url).submitOrder({ order }))
  },

  open_orders: async ({ url }) => (await client(url).activeOrders()).map(orderInWords),

  change: async ({ url, order_id: id, amount, price }) => {
    const told = await client(url).updateOrder({ id, amount, price })
    return orderInWords(new Order(told.notifyInfo))
  },

  // Use any of its methods that read. Rows have a way back to the client, which is left away.
  read: async ({ url, method, arguments: asked }) => {
    const rows = await client(url)[method](asked)
    return JSON.parse(JSON.stringify(rows, (name, value) => name.startsWith('_') ? undefined : value))
  },

  // It still speaks the first version, and tells by a callback.
  ask_v1: ({ url, method, arguments: asked }) => new Promise((resolve, reject) => {
    const first = new RESTv1({ apiKey: 'key', apiSecret: 'secret', url })
    first[method](...asked, (error, told) => error ? reject(error) : resolve(told))
  }),

  cancel: async ({ url, order_id: id }) => {
    const told = await client(url).cancelOrder({ id })
    return orderInWords(new Order(told.notifyInfo))
  },

  cancel_some: async ({ url, order_ids: id }) => cancelled(await client(url).cancelOrderMulti({ id })),

  cancel_all: async ({ url }) => cancelled(await client(url).cancelOrderMulti({ all: 1 })),

  closed_orders: async ({ url, symbol }) =>
    (await client(url).orderHistory({ symbol })).map(orderInWords),

  fills: async ({ url, symbol }) => (await client(url).accountTrades({ symbol })).map(fillInWords),

  movements_of_money: async ({ url, currency }) =>
    (await client(url).ledgers({ filters: currency })).map(({ amount, balance }) => [amount, balance])
})
