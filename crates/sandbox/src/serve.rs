//! The accept loop. It is our own because a fault must be able to cut a connection without an answer.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::portal::Portal;
use crate::routes;

/// Put into a response's extensions: close the connection instead of sending it.
#[derive(Clone, Copy)]
pub(crate) struct CutConnection;

/// How long requests in flight may go on after the portal was told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Answers until `stop`; closes the database at the end.
pub(crate) async fn serve(listener: TcpListener, portal: Arc<Portal>, stop: CancellationToken) {
    let router = routes::router(Arc::clone(&portal));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone(), stop.clone()));
                }
                // Too many open files, or a connection that is gone already.
                Err(error) => {
                    tracing::warn!(%error, "accepting a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    let finish = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, finish).await.is_err() {
        connections.shutdown().await;
    }
    portal.readers.close().await;
    portal.db.close().await;
}

async fn connection(stream: TcpStream, router: axum::Router, stop: CancellationToken) {
    // Small answers shouldn't wait for each other; without it they are only slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| answer(router.clone(), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

#[derive(Debug, thiserror::Error)]
#[error("cutting the connection: a fault asked for it")]
struct Cut;

async fn answer(router: axum::Router, request: Request<Incoming>) -> Result<Response<Body>, Cut> {
    let response = router
        .oneshot(overridden(request.map(Body::new)))
        .await
        .unwrap_or_else(|never: Infallible| match never {});
    if response.extensions().get::<CutConnection>().is_some() {
        Err(Cut)
    } else {
        Ok(response)
    }
}

/// tus 1.0 lets a client behind a narrow proxy send PATCH and DELETE as POST.
fn overridden(mut request: Request<Body>) -> Request<Body> {
    let method = request
        .headers()
        .get("x-http-method-override")
        .and_then(|method| Method::from_bytes(method.as_bytes()).ok());
    if let Some(method) = method
        && request.uri().path().starts_with("/v1/uploads")
    {
        *request.method_mut() = method;
    }
    request
}
