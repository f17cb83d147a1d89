'use strict'

// What the tests ask of bitfinex-api-node on the stream. Runs among its packages, not ours.

const { once } = require('events')
const { WSv2 } = require('bitfinex-api-node')
const { OrderBook } = require('bfx-api-node-models')
const { answerQuestions } = require('./driving')
const { bookInWords, candleRow, fillInWords, orderInWords, tickerInWords, tradeRow } =
  require('./node_words')

const PATIENCE_MS = 20000

let ws, complaints, verified, symbolOfBook, kept, waiting

const note = (kind, what) => {
  const first = (waiting[kind] || []).shift()
  if (first) first(what)
  else (kept[kind] = kept[kind] || []).push(what)
}

const next = (kind) => new Promise((resolve, reject) => {
  if ((kept[kind] || []).length) return resolve(kept[kind].shift())
  const late = setTimeout(() => reject(new Error(`no ${kind} came`)), PATIENCE_MS)
  const heard = (what) => { clearTimeout(late); resolve(what) }
  ;(waiting[kind] = waiting[kind] || []).push(heard)
})

const walletRow = ({ type, currency, balance }) => [type, currency, balance]

const SUBSCRIBE = {
  ticker: (symbol) => {
    ws.onTicker({ symbol }, (ticker) => note('ticker', tickerInWords(ticker)))
    ws.subscribeTicker(symbol)
  },
  trades: (symbol) => {
    ws.onTradeEntry({ symbol }, (trade) => note('trade', tradeRow(trade)))
    ws.subscribeTrades(symbol)
  },
  candles: (symbol) => {
    const key = `trade:1m:${symbol}`
    ws.onCandle({ key }, (candles) => note('candle', candleRow(candles[0])))
    ws.subscribeCandles(key)
  },
  book: (symbol) => {
    symbolOfBook = symbol
    ws.subscribeOrderBook(symbol, 'P0', '25')
  }
}

const listen = () => {
  ws.on('error', (error) => complaints.push(error.message || JSON.stringify(error)))
  // Emitted with a symbol once the checksum was found to be right.
  ws.on('cs', (symbol) => { if (symbol === symbolOfBook) verified++ })
  ws.onWalletSnapshot({}, (wallets) => note('wallets', wallets.map(walletRow)))
  ws.onWalletUpdate({}, (wallet) => note('wallet', walletRow(wallet)))
  ws.onOrderSnapshot({}, (orders) => note('orders', orders.map(orderInWords)))
  ws.onOrderNew({}, (order) => note('order', orderInWords(order)))
  ws.onOrderUpdate({}, (order) => note('order', orderInWords(order)))
  ws.onOrderClose({}, (order) => note('order', orderInWords(order)))
  ws.onAccountTradeUpdate({}, (fill) => note('fill', fillInWords(fill)))
  ws.onNotification({}, ({ status, text }) => note('answer', [status, text]))
}

answerQuestions({
  connect: async ({ url }) => {
    complaints = []
    verified = 0
    kept = {}
    waiting = {}
    ws = new WSv2({
      apiKey: 'key',
      apiSecret: 'secret',
      url,
      transform: true,
      manageOrderBooks: true,
      manageCandles: true,
      seqAudit: true
    })
    listen()
    await ws.open()
    // It waits for an answer to this flag alone, and all are answered together.
    ws.enableFlag(WSv2.flags.CHECKSUM)
    const [told] = await Promise.all([once(ws, 'auth'), ws.auth()])
    return told[0]
  },

  close: () => ws.close(),

  subscribe: async ({ channel, symbol }) => {
    const told = once(ws, 'subscribed')
    SUBSCRIBE[channel](symbol)
    return (await told)[0]
  },

  shown_book: async () => {
    const book = ws.getOB(symbolOfBook)
    return { ...(book ? bookInWords(book) : { bids: [], asks: [] }), verified }
  },

  submit: async ({ symbol, amount, price, cid }) => {
    const type = price === null ? 'EXCHANGE MARKET' : 'EXCHANGE LIMIT'
    await ws.submitOrder({ symbol, amount, price: price || undefined, type, cid })
  },

  cancel: async ({ order_id: id }) => { await ws.cancelOrder(id) },

  standing_orders: () => next('orders'),

  complaints: async () => complaints,

  hear: ({ kind }) => next(kind)
})
