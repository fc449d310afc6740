"""Bad input: each has its own message in Japanese and English, and nothing is lost. Through the real parts.

Rows of this folder walk the real screens with the virtual card in the card room, a portal process over HTTP and a store
on the disk. ``test_table.py`` holds that every test named here exists.

| input | where tested |
|---|---|
| wrong secrets, 2 and 1 tries left, blocked (6983, 6984) | bad_input/test_card_at_log_in.py, screens/test_entry_sign_in.py, card/test_secrets.py |
| a secret of impossible form | bad_input/test_card_at_log_in.py, card/test_secrets.py |
| card pulled in VERIFY, READ, SIGN | bad_input/test_card_pulled.py, pcsc/test_reader.py |
| no signing certificate (child) | bad_input/test_card_at_log_in.py, card/test_jpki.py |
| expired, not yet valid, another CA of the same name, lying DER | bad_input/test_card_at_log_in.py, card/test_trust.py, card/test_der_and_atr.py |
| one certificate expired and the other not | bad_input/test_unseen_cards.py |
| revoked, the list read anew | bad_input/test_refused_by_portal.py, reference_portal/test_trust.py |
| another person's card at log-in, wrong authentication ID, wrong password | bad_input/test_refused_by_portal.py, reference_portal/test_login.py |
| two persons' certificates at registration | bad_input/test_unseen_cards.py, reference_portal/test_registration.py |
| not a My Number card | bad_input/test_card_at_log_in.py, card/test_service.py |
| nonce replayed, token for another origin, changed token | bad_input/test_refused_by_portal.py, reference_portal/test_login.py |
| changed statement or CMS | bad_input/test_refused_by_portal.py, reference_portal/test_registration.py |
| changed content, digest or file on the way to filing | bad_input/test_filing.py, reference_portal/test_submission.py |
| foreign address | bad_input/test_filing.py, reference_portal/test_gate.py |
| maintenance in mid-form | bad_input/test_filing.py, portal/test_live.py |
| stale ETag, sent twice | bad_input/test_filing.py, portal/test_submission.py |
| file of 0 bytes, too large, locked, of another kind, a bomb | bad_input/test_files.py, attachments/test_documents.py |
| hostile photos | attachments/test_photo_picture.py, attachments/test_corpus.py |
| hostile file names, files that vanish or change | attachments/test_sources.py, portal/test_uploads.py |
| escape sequences, markup, RTL, combining stack, ZWJ | bad_input/test_answers.py, screens/test_answers_page.py |
| full-width digits, impossible dates, eras, 10,001 characters | bad_input/test_answers.py, forms/test_normalise.py |
| an Individual Number, residence card numbers | bad_input/test_answers.py, forms/test_normalise.py |
| stay ending today, clock off by a day | bad_input/test_answers.py, test_preparation.py |
| portal answers HTML, endless, redirect, gzip, escapes | bad_input/test_strange_answers.py, portal/test_wire.py, portal/test_sockets.py |
| a second program opens the draft | bad_input/test_store.py |
| a store of a newer version, read-only, full | bad_input/test_store.py, offline_queue/test_opening.py, offline_queue/test_full_disk.py |
| small terminal, burst of sizes, no colour, closed terminal | bad_input/test_terminal.py |
| P-384, older root, substituted characters, alias, long address, unknown day or month | bad_input/test_unseen_cards.py |
| 6F00, 61xx, 6Cxx, no extended length, slow link | bad_input/test_unseen_cards.py, card/test_channel.py |
"""  # noqa: E501 - a table
