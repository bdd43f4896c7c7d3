import type * as vi from './errors.vi';
import { catalogueErrors } from './catalogue.en';
import { shareErrors } from './share.en';

/* What is told when something goes wrong, English. */

export const errors: typeof vi.errors = {
  fallback: 'Something unexpected went wrong. Your data is safe on this computer. Please try again.',
  problem: 'This could not be done',
  codes: {
    'sync.rules':
      'The hours for sending need two different times such as 20:00 and 06:00; the speed must be more than 0.',
    'lock.locked': 'The application is locked. Unlock it and try again.',
    'lock.wrong_pin': 'The PIN is not right.',
    'lock.too_soon': 'Too many wrong PINs. Wait a moment and try again.',
    'lock.weak_pin': 'The PIN needs at least 6 characters.',
    'lock.in_use': 'This profile is open in another window. Close that one first.',
    'lock.no_keyring': 'The keyring of this computer cannot be used. Unlock with the PIN.',
    'vault.invalid': 'Some details are not right. Please check the marked ones.',
    'calendar.invalid': 'This day was not added. Please check the day and its name.',
    'profile.invalid': 'Some details are not right. Please check the marked ones.',
    'disk.io': 'The disk could not be read or written. Check it and try again.',
    'disk.full': 'The disk is full. Make room and try again. What was saved is safe.',
    'disk.damaged':
      'Some data on this computer is damaged. Please back up the profile folder and ask for help.',
    'disk.missing_file': 'This file is no longer on this computer.',
    not_found: 'This is no longer there. It may have been deleted or moved.',
    'pack.broken': 'The form pack is broken and cannot be opened. Other procedures are not affected.',
    'form.broken': 'The form of this procedure is broken and cannot be opened.',
    'layout.broken': 'The paper layout of this procedure is broken.',
    'procedure.not_in_force': 'This procedure is not in force now.',
    'card.not_a_card':
      'This is not the QR code of an identity card. Scan the code printed on the card again.',
    'card.damaged': 'A part of the QR code is missing or wrong. Scan it again.',
    'draft.change': 'This change could not be recorded.',
    'draft.closed': 'This dossier was closed. Open it again from the list.',
    'draft.log': 'The history of this dossier is partly damaged. What came before is still there.',
    'agency.unknown': 'There is no such agency in the list of provinces and communes. Choose again.',
    'agency.kept': 'A supplement goes to the agency that has the dossier; it cannot be changed.',
    'draft.only_paper':
      'A paper of the one-stop desk is filled in, exported and printed; it is not submitted.',
    'draft.sealed': 'The dossier is sealed and cannot be changed.',
    'fee.unknown': 'The fee could not be calculated. The agency will tell you.',
    'attachment.not_pdf': 'This file is not a PDF, despite its name. Choose another file.',
    'attachment.picture': 'This picture cannot be read. Take or scan it again.',
    'attachment.picture_huge': 'This picture has too many pixels. Make it smaller, or take or scan it again.',
    'attachment.heic':
      'This picture is in HEIC format, which cannot be read here. On an iPhone: Settings → Camera → Formats → Most Compatible; or open it and save it as JPEG.',
    'attachment.pictures_too_large':
      'These pictures do not fit under the limit at 200 dpi. Remove pages or crop pictures.',
    'attachment.scan_page':
      'This PDF has a page that is not a scan, or is locked. Attach that file separately.',
    'attachment.stopped': 'Stopped.',
    'attachment.takes_no_file': 'This component takes no file.',
    'attachment.empty': 'This file is empty. Choose another.',
    'attachment.too_large':
      'The file is larger than the portal or the procedure allows. Make it smaller with “Pictures to PDF”, or scan it again at a lower resolution.',
    'attachment.type': 'Files of this type are not accepted here.',
    'attachment.misnamed': 'The content of the file does not match its name. Choose another file.',
    'attachment.too_many': 'The maximum number of files is reached. Remove one before adding another.',
    'paper.failed': 'The paper could not be produced from the current answers.',
    'template.not_word':
      'This is not a Word file (.docx). Open it in Word and save it as .docx, without macros.',
    'template.locked': 'This Word file is locked with a password. Save it without one.',
    'template.too_large': 'This Word file is too large. Take unneeded pictures and pages out of it.',
    'template.harmful': 'This file was made to cause harm or was changed outside Word. Do not use it.',
    'template.damaged': 'This Word file is damaged. Open it in Word and save it again.',
    'template.character':
      'An answer contains a control character that cannot be written to Word. Remove that character.',
    'seal.not_declared': 'Please tick the declaration before submitting.',
    'seal.incomplete': 'Something is still missing. Please check the list.',
    'dossier.too_late': 'Sending has begun, so the dossier cannot be taken back.',
    'dossier.other_copy':
      'The portal has another copy of this dossier, so one can’t go on with it here. Please go on at the portal’s own page.',
    'dossier.changed':
      'Something has changed since this dossier was sealed. First look at what on its page, then choose to send it as it is or to take it back and mend it.',
    'dossier.paid':
      'The fee of this dossier is paid, or being paid; another dossier in its place would be paid for again. Ask the portal’s support or the one-stop desk to open it again or to carry the payment over.',
    'dossier.carried':
      'This dossier was carried away in a file, and whoever gets it may still take it. Ask the one-stop desk; make a new dossier only if it says that it doesn’t.',
    'wish.invalid': 'What is to be sent to the portal is not valid yet. Please check it again.',
    'stick.nobody':
      'This computer has never connected to the portal, so it does not have the portal’s key. Connect once, or enter another computer’s code.',
    'stick.nothing': 'Nothing in this dossier is waiting to be sent, so there is nothing to export.',
    'stick.stranger':
      'The file is signed with a key that is not known here. Compare its fingerprint with the computer that exported it, then import it again.',
    'stick.person': 'The dossier in the file belongs to another person, so it was not imported.',
    'stick.conflict':
      'This computer already has another submission with the same number. Both stay as they are.',
    'stick.not_for_us': 'The file is encrypted for another portal or computer.',
    'stick.changed': 'The file was changed or damaged on the way. Export it again.',
    'stick.climbs': 'The file contains a path that leads elsewhere, so it was not imported.',
    'stick.too_large': 'The file is too large, or unpacks to too much, so it was not imported.',
    'stick.key': 'The code is not right. Copy the whole code again.',
    'stick.receipt': 'This receipt was not signed by the portal, or was changed.',
    'stick.unreadable': 'This is not a dossier file exported by the application.',
    'confirmation.none': 'Enter the confirmation code.',
    'confirmation.not_asked': 'The portal is not asking for a confirmation code for this dossier now.',
    'lookup.provisional':
      'This is a provisional code of this computer, which the portal does not know. The portal gives the dossier code once it has received the dossier.',
    'portal.not_offered': 'This portal does not offer this. Please contact the one-stop desk.',
    'lookup.not_a_code': 'This is not a dossier code. Compare it with the receipt and enter it again.',
    'portal.none': 'No public-service portal is set up.',
    'sign_in.failed': 'Signing in did not work. Please try again.',
    'desktop.failed': 'The browser or viewer of this computer could not be opened.',
    'inbox.folder': 'This folder cannot be watched. Choose another.',
    'payment.nothing_due': 'There is nothing to pay for this dossier.',
    'portal.offline':
      'The portal cannot be reached. The dossier is safe on this computer and will be sent once there is a connection.',
    'portal.problem': 'The portal refused this request.',
    'portal.other_version':
      'The portal has moved to another version of the connection. The dossiers are safe on this computer. Update the program; if it is the newest already, tell the portal.',
    'portal.signed_out': 'Please sign in to the portal to continue.',
    'portal.unexpected':
      'The portal answered in an unexpected way. The dossier is safe on this computer; try again later.',
    'form.invalid': 'Some answers are not right. Please check the marked ones.',
    'inbox.lost': 'The scan folder is no longer there. Choose it again in the settings.',
    internal: 'An internal error occurred. Your data is safe. Please try again.',
    'sheet.not_a_sheet': 'This file is neither XLSX nor CSV. Please save it as one of them.',
    'sheet.old_or_locked':
      'The file is an old Excel file (.xls) or has a password. Please save it as .xlsx without one.',
    'sheet.too_much': 'The spreadsheet is too large. Please split it.',
    'sheet.none': 'The spreadsheet has no such sheet.',
    'sheet.empty': 'The spreadsheet is empty.',
    'sheet.broken': 'The spreadsheet is damaged. Please open it in a spreadsheet program and save it again.',
    'batch.no_match':
      'This column cannot answer that question, or another column already does. Please choose another question.',
    'batch.ordered': 'The rows are being made into something else. Continue with that, or start over.',
    'batch.not_ordered': 'This spreadsheet has not been exported yet.',
    'batch.at_work': 'The spreadsheet is being processed. Please wait, or press Stop first.',
    'batch.other':
      'This is not the spreadsheet that was imported: a column is missing. Choose the file of rows to correct, or the original file.',
    ...catalogueErrors,
    ...shareErrors,
    'ui.unknown': 'Something unexpected went wrong. Your data is safe on this computer. Please try again.',
  },
};
