"""Binding: what people bring (PDFs, photos of papers) becomes PDFs that the system takes, within its limits.

    pictures.picture_pdf   a photo or scan becomes a PDF, losslessly where it can
    bind.bind_documents    PDFs become one (or one for each item), pictures are made smaller, what is too much follows
    service.Binder         both, in the worker process, for screens and commands

``pictures``, ``bind`` and what they use look into strangers' bytes and are imported in the worker alone.
"""
