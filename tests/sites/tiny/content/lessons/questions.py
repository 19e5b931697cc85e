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
# # Questions
#
# A percent script. See also [words](words.md).

# %%
from helper import double

# %%
answer = double(21)
answer
