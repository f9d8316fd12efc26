//! Pages of other sites. Their browsers ask before they send something (`OPTIONS`, naming what is to come), and the
//! list of sites answers that. Whoever asks `OPTIONS` without naming anything means the resource itself.

use std::task::{Context, Poll, ready};

use axum::{
    extract::Request,
    http::{Method, Response, header},
};
use futures::future::Either;
use tower::{Layer, Service};
use tower_http::cors::{Cors, CorsLayer};

/// What answers for the list of sites; everything else goes on to the routes.
#[derive(Clone, Debug)]
pub struct Preflight(pub CorsLayer);

impl<S: Clone> Layer<S> for Preflight {
    type Service = Preflighted<S>;

    fn layer(&self, routes: S) -> Preflighted<S> {
        Preflighted {
            listed: self.0.layer(routes.clone()),
            routes,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Preflighted<S> {
    listed: Cors<S>,
    routes: S,
}

impl<S, B> Service<Request> for Preflighted<S>
where
    S: Service<Request, Response = Response<B>>,
    B: Default,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = Either<S::Future, <Cors<S> as Service<Request>>::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        ready!(self.routes.poll_ready(context))?;
        <Cors<S> as Service<Request>>::poll_ready(&mut self.listed, context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let names = header::ACCESS_CONTROL_REQUEST_METHOD;
        if request.method() == Method::OPTIONS && !request.headers().contains_key(names) {
            Either::Left(self.routes.call(request))
        } else {
            Either::Right(self.listed.call(request))
        }
    }
}
