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
# # Whole
#
# Looks at files that its code does not name, which only JupyterLite shows.

# %%
import os

found = sorted(os.listdir("data"))
assert "numbers.txt" in found, found

# %%
answer = input("What is the number? ")
assert answer == "1", answer
