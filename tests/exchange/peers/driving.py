"""The driver's side of `peer`: standard library only, for it runs among foreign packages."""

import asyncio
import json
import sys


class Questions(dict):
    """Functions by name; a decorator that adds one."""

    def __call__(self, function):
        self[function.__name__] = function
        return function


def answer_questions(questions):
    """Call the function each line of the input names, until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        question, details = json.loads(line)
        try:
            outcome = {"answer": questions[question](**details)}
        except Exception as error:
            outcome = raised(error)
        write(answers, outcome)


async def answer_meanwhile(questions):
    """Do the same with coroutine functions, while the event loop goes on between questions."""
    answers, sys.stdout = sys.stdout, sys.stderr
    while line := await asyncio.to_thread(sys.stdin.readline):
        question, details = json.loads(line)
        try:
            outcome = {"answer": await questions[question](**details)}
        except Exception as error:
            outcome = raised(error)
        write(answers, outcome)


def raised(error):
    return {"raised": [type(error).__name__, str(error)]}


def write(answers, outcome):
    answers.write(json.dumps(outcome) + "\n")
    answers.flush()
