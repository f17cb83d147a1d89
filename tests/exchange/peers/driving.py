"""The driver's side of `peer`: standard library only, for it runs among foreign packages."""

import json
import sys


def answer_questions(questions):
    """Call the function each line of the input names, until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        question, details = json.loads(line)
        try:
            outcome = {"answer": questions[question](**details)}
        except Exception as error:
            outcome = {"raised": [type(error).__name__, str(error)]}
        answers.write(json.dumps(outcome) + "\n")
        answers.flush()
