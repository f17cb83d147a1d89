'use strict'

// The driver's side of `peer`, for Node.js.

const { createInterface } = require('readline')

// Call the function each line of the input names, until the input ends.
exports.answerQuestions = async (questions) => {
  const write = (outcome) => process.stdout.write(JSON.stringify(outcome) + '\n')
  for await (const line of createInterface({ input: process.stdin })) {
    const [question, details] = JSON.parse(line)
    try {
      const answer = await questions[question](details)
      write({ answer: answer === undefined ? null : answer })
    } catch (error) {
      write({ raised: [error.constructor.name, `${error.message} ${error.response || ''}`.trim()] })
    }
  }
  // Open sockets would keep the process.
  process.exit()
}
