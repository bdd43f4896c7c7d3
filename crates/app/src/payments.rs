//! Paying: a wish that is kept, an order at the portal, an outcome that is asked about until it is known.

use std::time::Duration;

use hoso_dossier::{Capability, DossierId, Money, PaymentId};
use hoso_portal_api::Fee;
use hoso_sync::{Event, PaymentStage};

use crate::first::fees;
use crate::open::Open;
use crate::trouble::{Subject, of_refusal};
use crate::view::{DossierInfo, FeeView, PaymentView, WaitInfo};
use crate::{App, AppError, qr};

impl App {
    /// The person wants to pay a fee. Offline the wish is kept, never a payment.
    ///
    /// # Errors
    /// Nothing is due under that name.
    pub async fn payment_start(
        &self,
        dossier: DossierId,
        fee: String,
    ) -> Result<DossierInfo, AppError> {
        let open = self.open()?;
        if !open.sender.known().can(Capability::Pay) {
            return Err(AppError::NotOffered("payment online"));
        }
        open.goes_on_here(dossier)?;
        let due = open.fee_due(dossier, &fee)?;
        open.sender
            .wish(Event::PayWanted {
                dossier,
                fee,
                amount: due,
                payment: PaymentId::new(open.host.uuid()),
            })
            .await?;
        self.dossier(dossier).await
    }

    /// Opens the page of the payment order in the browser.
    ///
    /// # Errors
    /// There is no order, or no browser.
    pub async fn payment_open(&self, dossier: DossierId, fee: String) -> Result<(), AppError> {
        let open = self.open()?;
        open.goes_on_here(dossier)?;
        let url = open
            .sender
            .entry(dossier)
            .and_then(|entry| {
                Some(
                    entry
                        .payments
                        .get(&fee)?
                        .order
                        .as_ref()?
                        .checkout_url
                        .clone(),
                )
            })
            .and_then(|url| url::Url::parse(&url).ok())
            // What a portal names must be a page, not a program of this machine.
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or(AppError::NothingDue)?;
        self.host
            .open_url(url.as_str())
            .map_err(|why| AppError::Desktop {
                doing: "opening the browser",
                why,
            })
    }

    /// Asks the portal now how the payments of a dossier stand.
    ///
    /// # Errors
    /// There is no such dossier.
    pub async fn payment_check(&self, dossier: DossierId) -> Result<DossierInfo, AppError> {
        let open = self.open()?;
        // An answer that is on its way may be older than what the bank has just done, so the asking begins when it is in.
        open.quiet().await;
        // Who asks about money wants nothing sent again that was refused.
        open.sender.event(Event::AskNow { dossier });
        open.sender.settle().await;
        open.quiet().await;
        self.dossier(dossier).await
    }
}

/// How long an answer of the portal is waited for before the person sees what is known.
const PATIENCE: Duration = Duration::from_secs(5);

impl Open {
    /// Waits until nothing is being asked, or patience ends.
    pub(crate) async fn quiet(&self) {
        let mut changes = self.changes.subscribe();
        let waiting = async {
            while self.sender.is_busy() {
                let _ = changes.recv().await;
            }
        };
        // What is not known by then comes as a change.
        let _ = tokio::time::timeout(PATIENCE, waiting).await;
    }

    fn fee_due(&self, dossier: DossierId, fee: &str) -> Result<Money, AppError> {
        self.sender
            .entry(dossier)
            .and_then(|entry| {
                let due = fees(&entry).iter().find(|due| due.id == fee)?;
                due.paid_by.is_none().then_some(due.amount)
            })
            .ok_or(AppError::NothingDue)
    }
}

/// A fee with its newest attempt.
pub(crate) fn fee_view(
    fee: &Fee,
    payment: Option<&hoso_sync::Payment>,
    wait: Option<WaitInfo>,
    asked_at: String,
) -> FeeView {
    let view = payment.map(|payment| {
        let order = payment.order.as_ref();
        let (state, trouble) = match &payment.stage {
            PaymentStage::Wished | PaymentStage::Asking => ("wanted", None),
            PaymentStage::Open => ("pending", None),
            PaymentStage::Paid { .. } => ("paid", None),
            PaymentStage::Declined => ("declined", None),
            PaymentStage::Refused { refusal } => {
                ("failed", Some(of_refusal(refusal, Subject::Payment)))
            }
        };
        let url = order
            .map(|order| order.checkout_url.clone())
            .unwrap_or_default();
        PaymentView {
            id: payment.id,
            state: state.into(),
            trouble,
            wait,
            qr: if matches!(payment.stage, PaymentStage::Open) {
                qr::svg(&url)
            } else {
                String::new()
            },
            checkout_url: url,
            transaction: order
                .and_then(|order| order.transaction.clone())
                .unwrap_or_default(),
            updated_at: asked_at,
        }
    });
    FeeView {
        id: fee.id.clone(),
        name: fee.name.clone(),
        amount: fee.amount,
        paid: fee.paid_by.is_some()
            || payment.is_some_and(|payment| matches!(payment.stage, PaymentStage::Paid { .. })),
        at_desk: fee.at_desk,
        payment: view,
    }
}
