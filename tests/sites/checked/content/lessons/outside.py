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
# # Outside
#
# Asks a server that its code does not show.

# %%
from pyodide.http import pyfetch

address = open("data/address.txt").read().strip()
response = await pyfetch(address)
print(await response.text())
