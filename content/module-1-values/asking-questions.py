# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Asking questions
#
# So far the values stood in the program. Now the program asks for them. On this page you build a small travel
# calculator, a guessing game and a quiz, and you learn how a program copes with people, who type all sorts of
# things.
#
# ## A question, an answer
#
# `input` shows a question and waits. Type something and press Enter:

# %%
name = input("What is your name? ")
print(f"Hello, {name or 'stranger'}!")

# %% [markdown]
# While the cell waits, nothing else can run. If a page seems to hang, look for a question that has not been
# answered.
#
# `name or 'stranger'` means: the name, or if nothing was typed, the word after `or`.
#
# ## Every answer is text
#
# Answer this one with a number, for instance 3:

# %%
answer = input("On how many days a week do you cycle to school? ")
print(type(answer))
print(answer * 2)

# %% [markdown]
# Twice 3 is not 33! What `input` hands over is always a text, and `* 2` repeats a text. To calculate with an
# answer, turn it into a number first: `int(answer)` for a whole number, `float(answer)` for one with a decimal
# point.
#
# That works until somebody types *three*, or nothing at all. Then `int` gives up with a `ValueError`. A careful
# program expects that, and has something to fall back on:

# %%
def ask_number(question, otherwise):
    """Ask for a number; use `otherwise` if the answer is not one."""
    answer = input(f"{question} [{otherwise}] ")
    try:
        return float(answer.replace(",", "."))
    except ValueError:
        return otherwise


# %% [markdown]
# Read it aloud: *try* to make a number of the answer; if that is a `ValueError`, return the other value instead.
# The `replace` is a kindness to everyone who was taught to write 2,5 for two and a half.
#
# ## A travel calculator
#
# How long does your way to school take? The values in square brackets are suggestions. Press Enter to accept one.

# %%
km = ask_number("How far is it to school, in km?", 3.5)
speed = ask_number("How fast do you cycle, in km/h?", 15)

minutes = km / speed * 60
print(f"{km:g} km at {speed:g} km/h take {minutes:.0f} minutes.")

# %% [markdown]
# ## Exercise 1: a whole school year
#
# At Sandhaven a school year has 194 days. How many kilometres does somebody cycle in a year who comes by bike every
# day, to school **and back**? Let the cell compute it from `km` (run the calculator above first).

# %%
school_days = 194
km_per_year = 0

print(f"{km_per_year:.0f} km a year")

# %%
if abs(km_per_year - km * 2 * school_days) < 0.01:
    print("Right! With 3.5 km to go that is farther than from Paris to Rome, as the crow flies.")
elif abs(km_per_year - km * school_days) < 0.01:
    print("Not yet: and how do you get home?")
else:
    print("Not yet: use km and school_days, and think of the way back.")

# %% [markdown]
# ## A guessing game
#
# The program thinks of a temperature from 1 to 30 degrees, and you have five guesses. After a wrong guess, this
# function says which way to go:

# %%
def hint(guess, secret):
    """Tell the player which way to go."""
    if guess < secret:
        return "It was warmer."
    else:
        return "It was colder."


# %% [markdown]
# And this is the game. `random.randint` picks a whole number; `break` leaves the loop early.

# %%
import random

secret = random.randint(1, 30)

for attempt in range(1, 6):
    guess = ask_number(f"Guess {attempt}: how warm was it?", 15)
    if guess == secret:
        print(f"{secret} degrees it was. You needed {attempt} guesses.")
        break
    print(hint(guess, secret))
else:
    print(f"It was {secret} degrees. Run the cell again for another day.")

# %% [markdown]
# A loop may have an `else`, too: it runs when the loop came to its end without `break`, so here when all five guesses
# were wrong.
#
# **Think:** with clever guesses, how many do you need at most? Each guess can halve what is left:
# $30 \to 15 \to 7 \to 3 \to 1$. That is five guesses in all.
#
# ## Exercise 2: a better hint
#
# Improve `hint`. If the guess is at most 2 degrees off, it should say so by adding the word `close` to the hint, for
# example `"It was warmer, but you are close."` Change the copy below; `abs(guess - secret)` is the distance.
# Run it and the check, then run the game above once more: it now uses your hint.

# %%
def hint(guess, secret):
    """Tell the player which way to go, and whether it is close."""
    if guess < secret:
        return "It was warmer."
    else:
        return "It was colder."


print(hint(10, 20))
print(hint(19, 20))

# %%
far = hint(10, 20) + hint(28, 20)
near = [hint(19, 20), hint(18, 20), hint(21, 20), hint(22, 20)]

if "close" in far:
    print("Not yet: ten degrees off is not close.")
elif not all("close" in text for text in near):
    print("Not yet: 18, 19, 21 and 22 are close to 20, but not all of them are told so.")
elif "warmer" not in near[0] or "colder" not in near[2]:
    print("Not yet: the player still needs to know the direction.")
else:
    print("Right! The game has become a little friendlier.")

# %% [markdown]
# ## A quiz
#
# A quiz is a list of questions with answers. Each entry is a pair in round brackets, and the loop takes the pairs
# apart into two names:

# %%
questions = [
    ("Which type does input() always return: int, float or str?", "str"),
    ("Which number does Python give to the first place of a list?", "0"),
    ("Which word hands back the result of a function?", "return"),
]

points = 0
for question, solution in questions:
    reply = input(question + " ")
    if reply.strip().lower() == solution:
        print("Correct.")
        points = points + 1
    else:
        print(f"The answer was: {solution}")

print(f"{points} of {len(questions)} points")

# %% [markdown]
# `strip` takes away spaces at both ends, and `lower` makes small letters of capitals. So `" STR "` counts as well: be
# strict about the answer, but not about the typing.
#
# ## Exercise 3: your own questions
#
# Add at least two questions about this module to the list in the quiz cell, and run it again. Then let your neighbour
# play.

# %%
pairs = [entry for entry in questions if len(entry) == 2]

if len(questions) < 5:
    print(f"Not yet: the quiz has {len(questions)} questions, and it needs at least 5.")
elif len(pairs) < len(questions):
    print("Not yet: every entry needs a question and an answer, separated by a comma.")
elif any(solution != solution.strip().lower() for question, solution in questions):
    print("Not yet: write the answers in small letters, or nobody can ever be right.")
else:
    print("Right! A quiz is a list, and lists can grow.")

# %% [markdown]
# ## What you have now
#
# - `input` waits and hands over text; `int` and `float` make numbers of it.
# - People type anything. `try` and `except ValueError` keep a program on its feet.
# - Questions and answers in a list, a loop around them: that is a quiz.
#
# Answers from a keyboard come one at a time. In the next module, 366 days come at once: from a file.
