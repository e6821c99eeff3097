"""The defaults of training on a table: layers, embeddings, weight decay, averaging, patience, the target's transform.

Rules only: nothing here reads data or trains. Import the modules themselves, so that help, which shows the constants of
`defaults`, stays quick.
"""
