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
# # Runs

# %%
numbers = [int(line) for line in open("data/numbers.txt")]
print(sum(numbers))

# %% tags=["raises-exception"]
sum(numbers) / 0

# %%
name = input("What is the number? ")
assert name == "1", name
